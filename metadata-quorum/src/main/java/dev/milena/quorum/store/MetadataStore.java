package dev.milena.quorum.store;

import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.metadata.codec.RowChange;
import dev.milena.metadata.codec.RowCodec;
import dev.milena.metadata.codec.RowReader;
import dev.milena.metadata.codec.UnreadableMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The replicated state and the record journal in RocksDB; one write batch for each command.
 *
 * <p>The apply thread alone writes, snapshots and closes. Any thread may read the journal; the lock
 * only keeps a reader from touching a closed native database, which would crash the process.
 */
public final class MetadataStore implements AutoCloseable {
  private static final byte[] HEAD_KEY = "head".getBytes(StandardCharsets.US_ASCII);

  /** The journal is cut when it is larger than its bound by this part of it: 1/16. */
  private static final int PURGE_SLACK = 16;

  private static final long NOTHING = -1;

  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private final RocksTables tables;
  private final long journalRetentionBytes;
  private volatile StoreHead head;
  private volatile long writingIndex = NOTHING;
  private boolean closed;

  /**
   * Opens the database in a folder, creating it when the folder is empty.
   *
   * @param journalRetentionBytes the oldest steps go when the journal is larger
   */
  public MetadataStore(Path folder, long journalRetentionBytes) throws StoreFailure {
    this.journalRetentionBytes = journalRetentionBytes;
    try {
      tables = new RocksTables(folder);
    } catch (RocksDBException failure) {
      throw new StoreFailure("cannot open " + folder + ": " + failure.getMessage(), failure);
    }
    try {
      head = readHead();
    } catch (RocksDBException failure) {
      tables.close();
      throw new StoreFailure("cannot read " + folder + ": " + failure.getMessage(), failure);
    } catch (StoreFailure failure) {
      tables.close();
      throw failure;
    }
  }

  private StoreHead readHead() throws RocksDBException, StoreFailure {
    byte[] stored = tables.db().get(tables.head(), HEAD_KEY);
    if (stored != null) {
      return StoreHead.read(stored);
    }
    RowChange firstRow = RowCodec.firstRow();
    StoreHead first = StoreHead.first(firstRow.hashDifference());
    try (WriteBatch batch = new WriteBatch()) {
      put(batch, firstRow);
      batch.put(tables.head(), HEAD_KEY, first.write());
      tables.db().write(tables.writeOptions(), batch);
    }
    return first;
  }

  /**
   * Reads the whole state and compares its hash with the stored one.
   *
   * @throws StoreFailure when the rows cannot be read or are not those that were written
   */
  public StoredState load() throws StoreFailure {
    RowReader reader = new RowReader();
    try (RocksIterator rows = tables.db().newIterator(tables.rows())) {
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        reader.add(rows.key(), rows.value());
      }
      rows.status();
      MetadataState state = reader.state();
      if (reader.hash() != head.stateHash()) {
        throw new StoreFailure(
            "the rows' hash is %016x, written were %016x"
                .formatted(reader.hash(), head.stateHash()));
      }
      return new StoredState(
          state, head.index(), head.stateHash(), head.rollingHash(), head.lastStep());
    } catch (RocksDBException | UnreadableMetadata | IllegalStateException damaged) {
      throw new StoreFailure("the stored metadata is damaged: " + damaged.getMessage(), damaged);
    }
  }

  /**
   * Stores what one command did.
   *
   * @param changes the rows it wrote
   * @param step its records, if there were any; index and term are the command's, the rest of the
   *     chain (previous index, rolling hash) is filled in here
   * @return where the store stands now
   */
  public StoredPlace apply(
      long term, long index, List<RowChange> changes, Optional<JournalStep> step)
      throws StoreFailure {
    StoreHead before = head;
    try (WriteBatch batch = new WriteBatch()) {
      long stateHash = before.stateHash();
      for (RowChange change : changes) {
        stateHash += change.hashDifference();
        put(batch, change);
      }
      StoreHead after =
          step.isPresent()
              ? journal(batch, before, step.get(), stateHash)
              : new StoreHead(
                  term,
                  index,
                  stateHash,
                  before.rollingHash(),
                  before.lastStep(),
                  before.purgedThrough(),
                  before.journalBytes());
      batch.put(tables.head(), HEAD_KEY, after.write());
      writingIndex = index;
      tables.db().write(tables.writeOptions(), batch);
      head = after;
      return new StoredPlace(after.stateHash(), after.rollingHash(), after.lastStep());
    } catch (RocksDBException failure) {
      throw new StoreFailure("cannot write the metadata: " + failure.getMessage(), failure);
    } finally {
      writingIndex = NOTHING;
    }
  }

  /** The index whose command is being written just now; empty between two. Any thread. */
  OptionalLong writingIndex() {
    long index = writingIndex;
    return index == NOTHING ? OptionalLong.empty() : OptionalLong.of(index);
  }

  private StoreHead journal(WriteBatch batch, StoreHead before, JournalStep step, long stateHash)
      throws RocksDBException {
    RecordCodec.Chained chained =
        RecordCodec.chain(step.after(before.lastStep()), before.rollingHash());
    byte[] bytes = chained.bytes();
    batch.put(tables.journal(), key(step.index()), bytes);
    StoreHead after =
        new StoreHead(
            step.place().term(),
            step.index(),
            stateHash,
            chained.step().rollingHash(),
            step.index(),
            before.purgedThrough(),
            before.journalBytes() + Long.BYTES + bytes.length);
    boolean tooLarge =
        after.journalBytes() > journalRetentionBytes + journalRetentionBytes / PURGE_SLACK;
    return tooLarge ? purge(batch, after) : after;
  }

  /** Deletes the oldest steps until the journal is within its bound; the newest always stays. */
  private StoreHead purge(WriteBatch batch, StoreHead now) throws RocksDBException {
    long bytes = now.journalBytes();
    long through = now.purgedThrough();
    try (RocksIterator steps = tables.db().newIterator(tables.journal())) {
      steps.seekToFirst();
      for (; steps.isValid() && bytes > journalRetentionBytes; steps.next()) {
        bytes -= Long.BYTES + steps.value().length;
        through = ByteBuffer.wrap(steps.key()).getLong();
      }
      steps.status();
    }
    if (through != now.purgedThrough()) {
      batch.deleteRange(tables.journal(), key(0), key(through + 1));
    }
    return new StoreHead(
        now.term(),
        now.index(),
        now.stateHash(),
        now.rollingHash(),
        now.lastStep(),
        through,
        bytes);
  }

  /**
   * Reads steps of the journal in order; any thread.
   *
   * @param from the first wanted index
   * @param maxBytes soft limit; one step is returned even if larger
   * @return empty when steps at or after {@code from} were purged: only an image can help then
   */
  Optional<List<JournalStep>> steps(long from, int maxBytes) throws StoreFailure {
    open.readLock().lock();
    try {
      if (closed) {
        throw new StoreFailure("the store is closed");
      }
      return read(from, maxBytes);
    } catch (RocksDBException | UnreadableMetadata damaged) {
      throw new StoreFailure("cannot read the journal: " + damaged.getMessage(), damaged);
    } finally {
      open.readLock().unlock();
    }
  }

  private Optional<List<JournalStep>> read(long from, int maxBytes)
      throws RocksDBException, UnreadableMetadata {
    List<JournalStep> found = new ArrayList<>();
    long bytes = 0;
    try (RocksIterator steps = tables.db().newIterator(tables.journal())) {
      for (steps.seek(key(Math.max(0, from))); steps.isValid() && bytes < maxBytes; steps.next()) {
        byte[] step = steps.value();
        found.add(RecordCodec.read(step));
        bytes += step.length;
      }
      steps.status();
    }
    // the chain tells, whatever a purge does meanwhile: the step before the first must not be
    // wanted
    boolean purged = !found.isEmpty() && found.getFirst().previousIndex() >= Math.max(0, from);
    return purged ? Optional.empty() : Optional.of(found);
  }

  /** Index of the last step that was purged; {@link JournalPlace#NO_INDEX} if none was. */
  public long purgedThrough() {
    return head.purgedThrough();
  }

  /** Writes everything to files and links them into a folder that does not exist yet. */
  void checkpoint(Path folder) throws StoreFailure {
    RocksDB db = tables.db();
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
        Checkpoint checkpoint = Checkpoint.create(db)) {
      db.flush(flush, tables.families());
      checkpoint.createCheckpoint(folder.toString());
    } catch (RocksDBException failure) {
      throw new StoreFailure("cannot write " + folder + ": " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tables.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private void put(WriteBatch batch, RowChange change) throws RocksDBException {
    if (change.after().isPresent()) {
      batch.put(tables.rows(), change.key(), change.after().get());
    } else {
      batch.delete(tables.rows(), change.key());
    }
  }

  private static byte[] key(long index) {
    return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
  }
}
