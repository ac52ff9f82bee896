package dev.milena.log;

import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Looks over the flushed batches of one segment that are not forgotten, byte for byte, and puts
 * back what a disk has changed, when somebody who has it gives it (invariant I13). Nothing else of
 * the log changes: the batches of all replicas are the same bytes.
 *
 * <pre>
 *   [ 140..147 | 148..151 | ######## | 161..170 ]      look: Damaged(152)
 *                           152..160                   LogMending.put, then look on
 * </pre>
 *
 * <p>A reader thread looks, one at a time; the loop mends, since it is the loop that cuts. Whoever
 * asked for it closes it.
 */
@OwnedBy(Owner.READER_THREAD)
public final class SegmentInspection implements AutoCloseable {
  private final PartitionLog log;
  private final SegmentFile file;
  private final IndexHeader facts;
  private final EpochHistory epochs;
  private final long logStart;
  private int position;
  private long offset;
  private long bytesRead;
  private boolean unsynced;

  /** What a look came to. */
  public sealed interface Finding {
    /** Everything to the segment's end is as it was written. */
    record Sound() implements Finding {}

    /** So far it is; there is more to look at. */
    record More() implements Finding {}

    /**
     * A batch is not what was written.
     *
     * @param offset its first
     * @param reason what is wrong there
     */
    record Damaged(long offset, String reason) implements Finding {}

    /** The log ends in front of it by now: there is nothing to look at any more. */
    record Cut() implements Finding {}
  }

  /** Takes over a lease on the file. */
  SegmentInspection(PartitionLog log, SegmentFile file, IndexHeader facts, EpochHistory epochs) {
    this.log = log;
    this.file = file;
    this.facts = facts;
    this.epochs = epochs;
    this.logStart = log.logStart();
    this.offset = facts.baseOffset();
  }

  /** The log that it looks at. */
  public PartitionLog log() {
    return log;
  }

  /** The segment's first offset. */
  public long baseOffset() {
    return facts.baseOffset();
  }

  /** The offset after the last that is looked at. */
  public long endOffset() {
    return facts.endOffset();
  }

  /** How many bytes of the segment were found sound. */
  public int soundBytes() {
    return position;
  }

  /** How many bytes were read from the disk for it. */
  public long bytesRead() {
    return bytesRead;
  }

  /**
   * Goes on from where it stopped. What was mended before is synced first.
   *
   * @param bytes to stop after; one batch is looked at in any case
   * @throws IOException when the file cannot be read for now, as with too many open files; or when
   *     a sync failed, and the log is offline
   */
  public Finding look(int bytes) throws IOException {
    sync();
    Finding finding;
    try {
      finding = walk(bytes);
    } catch (NoSuchFileException | EOFException missing) {
      finding = new Finding.Damaged(offset, WholeIo.words(missing));
    } catch (FileSystemException notNow) {
      throw notNow;
    } catch (IOException unreadable) {
      finding = new Finding.Damaged(offset, WholeIo.words(unreadable));
    }
    return isCut() ? new Finding.Cut() : finding;
  }

  /**
   * As {@link #look}, behind the batch that was found damaged last, which stays as it is. Its own
   * header leads on, if a batch that follows lies where it says; else nothing more of the segment
   * is looked at: what a search for the next one finds may be what somebody put into a record.
   *
   * @throws IOException as {@link #look}; then it stands in front of the damaged batch again
   */
  public Finding lookBehind(int bytes) throws IOException {
    sync();
    int damagedPosition = position;
    long damagedOffset = offset;
    try {
      pass();
      return look(bytes);
    } catch (IOException notNow) {
      position = damagedPosition;
      offset = damagedOffset;
      throw notNow;
    }
  }

  private void pass() throws IOException {
    try {
      passDamaged();
    } catch (NoSuchFileException missing) {
      passed(facts.logBytes() - position, facts.endOffset());
    } catch (FileSystemException notNow) {
      throw notNow;
    } catch (IOException unreadable) {
      passed(facts.logBytes() - position, facts.endOffset());
    }
  }

  private void passDamaged() throws IOException {
    int left = facts.logBytes() - position;
    if (left >= BatchHeader.SIZE) {
      ByteBuffer damaged = header(position);
      int size = BatchHeader.sizeInBytes(damaged, 0);
      if (size >= BatchHeader.SIZE && size <= left - BatchHeader.SIZE) {
        long next = BatchHeader.baseOffset(header(position + size), 0);
        if (offset < next && next < facts.endOffset() && leadsTo(next, damaged, size)) {
          passed(size, next);
          return;
        }
      }
    }
    passed(left, facts.endOffset());
  }

  /** Two of its fields agree on the next batch, or that one is whole. */
  private boolean leadsTo(long next, ByteBuffer damaged, int size) throws IOException {
    return next == offset + BatchHeader.lastOffsetDelta(damaged, 0) + 1
        || BatchWalk.checking(file, facts.logBytes())
            .step(position + size, next, BatchWalk.ANY_EPOCH)
            .isEmpty();
  }

  private ByteBuffer header(int at) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE);
    WholeIo.readFully(file.file(), header, at);
    return header.flip();
  }

  /** Of what lies wholly in front of the log's start only the headers matter: they lead on. */
  private String passForgotten() throws IOException {
    if (offset >= logStart || position >= facts.logBytes()) {
      return "";
    }
    BatchWalk headers = BatchWalk.ofHeaders(file, facts.logBytes());
    try {
      return passForgotten(headers);
    } finally {
      bytesRead += headers.bytesRead();
    }
  }

  private String passForgotten(BatchWalk headers) throws IOException {
    String fault = headers.step(position, offset, BatchWalk.ANY_EPOCH);
    while (fault.isEmpty() && headers.endOffset() <= logStart) {
      passed(headers.sizeInBytes(), headers.endOffset());
      if (position >= facts.logBytes()) {
        return "";
      }
      fault = headers.step(position, offset, BatchWalk.ANY_EPOCH);
    }
    return fault;
  }

  private Finding walk(int bytes) throws IOException {
    String blocked = passForgotten();
    if (!blocked.isEmpty()) {
      return new Finding.Damaged(offset, blocked);
    }
    int end = (int) Math.min(facts.logBytes(), (long) position + bytes);
    BatchWalk walk = BatchWalk.checking(file, facts.logBytes(), bytes);
    try {
      return checkTo(end, walk);
    } finally {
      bytesRead += walk.bytesRead();
    }
  }

  private Finding checkTo(int end, BatchWalk walk) throws IOException {
    while (position < end) {
      String fault = walk.step(position, offset, BatchWalk.ANY_EPOCH);
      if (fault.isEmpty() && walk.endOffset() > facts.endOffset()) {
        fault = "it ends at offset %s of %s".formatted(walk.endOffset(), facts.endOffset());
      }
      if (fault.isEmpty() && !isOfItsEpoch(walk.leaderEpoch())) {
        fault =
            "leader epoch is %s where %s belongs"
                .formatted(walk.leaderEpoch(), epochs.epochOf(offset));
      }
      if (!fault.isEmpty()) {
        return new Finding.Damaged(offset, fault);
      }
      passed(walk.sizeInBytes(), walk.endOffset());
    }
    return position < facts.logBytes() ? new Finding.More() : new Finding.Sound();
  }

  /** The history knows no epochs of what lies in front of the log's start. */
  private boolean isOfItsEpoch(int epoch) {
    int known = epochs.epochOf(offset);
    return known == EpochHistory.NO_EPOCH || known == epoch;
  }

  private void passed(int bytes, long endOffset) {
    position += bytes;
    offset = endOffset;
  }

  /** Whether the log was cut in front of where this ends. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  public boolean isCut() {
    try {
      file.checkUncut(facts.logBytes());
      return false;
    } catch (SliceTruncated cut) {
      return true;
    }
  }

  private void sync() throws IOException {
    if (!unsynced) {
      return;
    }
    try {
      file.sync();
      unsynced = false;
    } catch (IOException failure) {
      log.fail(failure);
      throw failure;
    }
  }

  /** As {@link LogMending#put}. */
  @OwnedBy(Owner.PARTITION_LOOP)
  String put(ByteBuffer batch) throws IOException {
    String misfit = isCut() ? "the log was cut meanwhile" : misfit(batch);
    if (misfit.isEmpty()) {
      unsynced = true;
      WholeIo.writeFully(file.file(), batch.duplicate(), position);
    }
    return misfit;
  }

  private String misfit(ByteBuffer batch) {
    int at = batch.position();
    String unsound = GivenBatch.misfit(batch);
    if (!unsound.isEmpty()) {
      return unsound;
    }
    long end = BatchHeader.endOffset(batch, at);
    int epoch = BatchHeader.partitionLeaderEpoch(batch, at);
    if (BatchHeader.baseOffset(batch, at) != offset || end > facts.endOffset()) {
      return "it holds offsets %s to %s, and %s is lacking"
          .formatted(BatchHeader.baseOffset(batch, at), end, offset);
    }
    if (!isOfItsEpoch(epoch)) {
      return "it is of leader epoch %s, not %s".formatted(epoch, epochs.epochOf(offset));
    }
    int room = facts.logBytes() - position;
    boolean fits = end == facts.endOffset() ? batch.remaining() == room : batch.remaining() < room;
    return fits ? "" : "it has %s bytes where %s are".formatted(batch.remaining(), room);
  }

  @Override
  public void close() {
    file.release();
  }
}
