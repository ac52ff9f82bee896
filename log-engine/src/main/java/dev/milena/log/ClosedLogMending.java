package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Puts a batch where one is damaged in a log that could therefore not be opened.
 *
 * <pre>
 *   [ 140..147 e5 ] [ 148..####### ] [ 152..160 e5 ]      148 to 151 of epoch 5 belong there
 * </pre>
 *
 * <p>Offset and leader epoch tell one batch from all others, committed or not, since one process
 * alone writes in an epoch (rule 1; the log matching of Raft §5.3). So it must be of the epoch that
 * lies on both sides; or of that which the damaged header itself gives, if it looks like one.
 */
final class ClosedLogMending {
  private final DiskFile file;
  private final Path path;
  private final int position;
  private final long offset;
  private final int fileBytes;

  private ClosedLogMending(DiskFile file, CorruptLog damage) throws IOException {
    this.file = file;
    this.path = damage.file();
    this.position = (int) damage.position();
    this.offset = damage.offset().orElseThrow();
    this.fileBytes = (int) Math.min(Integer.MAX_VALUE, file.sizeInBytes());
  }

  /**
   * Writes it, and syncs. Nothing that is whole is written over: another replica may lack it.
   *
   * @param batch as another replica has it
   * @return in words, why it does not belong there, or why that cannot be told; empty when it is on
   *     the device
   * @throws NoSpaceException when there is no room for it: it may be tried again
   * @throws MendingFailed finally
   */
  static String put(Disk disk, CorruptLog damage, ByteBuffer batch)
      throws NoSpaceException, MendingFailed {
    SegmentFile segment = new SegmentFile(disk, damage.file()).lease();
    try {
      var mending = new ClosedLogMending(segment.file(), damage);
      String misfit = mending.misfit(segment, batch);
      if (misfit.isEmpty()) {
        mending.write(batch);
      }
      return misfit;
    } catch (NoSpaceException | MendingFailed unwritten) {
      throw unwritten;
    } catch (IOException unread) {
      return WholeIo.words(unread);
    } finally {
      segment.release();
    }
  }

  private void write(ByteBuffer batch) throws NoSpaceException, MendingFailed {
    try {
      writeAndSync(batch);
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      throw new MendingFailed(failure);
    }
  }

  private void writeAndSync(ByteBuffer batch) throws IOException {
    try {
      WholeIo.writeFully(file, batch.duplicate(), position);
    } catch (NoSpaceException full) {
      // What was taken of it may have made the batch whole, and then nobody syncs it any more.
      WholeIo.sync(file);
      throw full;
    }
    WholeIo.sync(file);
  }

  private String misfit(SegmentFile segment, ByteBuffer batch) throws IOException {
    int at = batch.position();
    String unsound = GivenBatch.misfit(batch);
    if (!unsound.isEmpty()) {
      return unsound;
    }
    if (BatchHeader.baseOffset(batch, at) != offset) {
      return "it begins at offset " + BatchHeader.baseOffset(batch, at);
    }
    long end = (long) position + batch.remaining();
    if (end > fileBytes) {
      return "it reaches beyond the end of the file";
    }
    TornTail behind = new TornTail(file, path, fileBytes);
    int next = behind.followerOf(position, (int) end, offset, BatchHeader.endOffset(batch, at));
    if (next < end) {
      return "it would lie over a batch that is whole";
    }
    int epoch = BatchHeader.partitionLeaderEpoch(batch, at);
    return isOfItsEpoch(segment, batch, next) ? "" : "it is of leader epoch " + epoch;
  }

  private boolean isOfItsEpoch(SegmentFile segment, ByteBuffer batch, int next) throws IOException {
    int epoch = BatchHeader.partitionLeaderEpoch(batch, batch.position());
    OptionalInt before = epochInFront(segment);
    OptionalInt after = next < fileBytes ? OptionalInt.of(epochAt(next)) : OptionalInt.empty();
    boolean isBetween =
        before.orElse(BatchWalk.ANY_EPOCH) <= epoch && epoch <= after.orElse(Integer.MAX_VALUE);
    boolean onBothSides = before.isPresent() && before.equals(after);
    return isBetween && (onBothSides || isOfDamagedOnesEpoch(batch));
  }

  /**
   * Zeros, or another file's bytes, give no epoch: a header that lies where it was written agrees
   * with the batch in offset, length and magic. One flipped bit changes one of the three at most.
   */
  private boolean isOfDamagedOnesEpoch(ByteBuffer batch) throws IOException {
    if (fileBytes - position < BatchHeader.SIZE) {
      return false;
    }
    ByteBuffer there = header(position);
    int at = batch.position();
    int alike = 0;
    alike += BatchHeader.baseOffset(there, 0) == BatchHeader.baseOffset(batch, at) ? 1 : 0;
    alike += BatchHeader.sizeInBytes(there, 0) == BatchHeader.sizeInBytes(batch, at) ? 1 : 0;
    alike += BatchHeader.magic(there, 0) == BatchHeader.magic(batch, at) ? 1 : 0;
    return alike >= 2
        && BatchHeader.partitionLeaderEpoch(there, 0)
            == BatchHeader.partitionLeaderEpoch(batch, at);
  }

  /** All in front of it was walked over when it was found. */
  private OptionalInt epochInFront(SegmentFile segment) throws IOException {
    BatchWalk walk = BatchWalk.ofHeaders(segment, position);
    OptionalInt epoch = OptionalInt.empty();
    long next = SegmentName.baseOffset(path.getFileName().toString()).orElseThrow();
    for (int at = 0; at < position; at = walk.endPosition()) {
      walk.require(at, next);
      epoch = OptionalInt.of(walk.leaderEpoch());
      next = walk.endOffset();
    }
    return epoch;
  }

  private int epochAt(int at) throws IOException {
    return BatchHeader.partitionLeaderEpoch(header(at), 0);
  }

  private ByteBuffer header(int at) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE);
    WholeIo.readFully(file, header, at);
    return header.flip();
  }
}
