package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which leader epoch began at which offset, as KIP-101 and KIP-279 need it.
 *
 * <pre>
 *   epoch   3    5       6            log end
 *   start   0    120     400          455
 *   endOffsetFor(3) = (3, 120)   endOffsetFor(4) = (3, 120)   endOffsetFor(6) = (6, 455)
 *   endOffsetFor(2) = none       endOffsetFor(7) = (6, 455)
 * </pre>
 *
 * <p>Epochs and starts both rise strictly. Few entries: one for each change of leadership that
 * retention has not forgotten.
 */
@OwnedBy(Owner.PARTITION_LOOP)
public final class EpochHistory {
  /** In answers: no epoch. */
  public static final int NO_EPOCH = -1;

  /** In answers: no offset. */
  public static final long NO_OFFSET = -1;

  private int[] epochs = new int[4];
  private long[] starts = new long[4];
  private int count;
  private long version;

  EpochHistory() {}

  /** How many epochs are known. */
  public int size() {
    return count;
  }

  /** The epoch at a place in the history. */
  public int epochAt(int index) {
    return epochs[checked(index)];
  }

  /** Where that epoch begins. */
  public long startAt(int index) {
    return starts[checked(index)];
  }

  /** The newest epoch, or {@link #NO_EPOCH}. */
  public int lastEpoch() {
    return count == 0 ? NO_EPOCH : epochs[count - 1];
  }

  /** The epoch of the batch that holds an offset, or {@link #NO_EPOCH} if none so old is known. */
  int epochOf(long offset) {
    int index = floor(offset);
    return index < 0 ? NO_EPOCH : epochs[index];
  }

  /** As it is now. */
  EpochHistory copy() {
    EpochHistory copy = new EpochHistory();
    copy.epochs = epochs.clone();
    copy.starts = starts.clone();
    copy.count = count;
    return copy;
  }

  /**
   * Where an epoch ends, or the newest one below it (KIP-279): the answer a follower truncates by.
   *
   * @param epoch as asked for by the follower
   * @param logEnd the log's end, which is where the newest epoch ends
   * @return {@link #NO_EPOCH} and {@link #NO_OFFSET} when all known epochs are newer
   */
  public EpochEnd endOffsetFor(int epoch, long logEnd) {
    for (int i = count - 1; i >= 0; i--) {
      if (epochs[i] <= epoch) {
        return new EpochEnd(epochs[i], i + 1 < count ? starts[i + 1] : logEnd);
      }
    }
    return new EpochEnd(NO_EPOCH, NO_OFFSET);
  }

  /**
   * Notes that batches of an epoch begin at an offset; nothing changes when it is the newest one.
   *
   * @throws IllegalArgumentException when epoch or offset would go back
   */
  void assign(int epoch, long startOffset) {
    if (epoch == lastEpoch() && count > 0) {
      return;
    }
    if (epoch < 0 || (count > 0 && (epoch < epochs[count - 1] || startOffset < lastStart()))) {
      throw new IllegalArgumentException(
          "epoch " + epoch + " at " + startOffset + " comes after " + lastEpoch());
    }
    if (count > 0 && startOffset == lastStart()) {
      // The epoch before wrote nothing that is still here.
      epochs[count - 1] = epoch;
      version++;
      return;
    }
    if (count == epochs.length) {
      epochs = Arrays.copyOf(epochs, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
    }
    epochs[count] = epoch;
    starts[count] = startOffset;
    count++;
    version++;
  }

  /**
   * What is wrong with a log whose batches are newer than its leader. No CRC covers a batch's
   * epoch, so one that recovery has learned from a batch may be damaged.
   */
  CorruptLog ahead(Path folder, int leaderEpoch) {
    return new CorruptLog(
        folder,
        0,
        ("batches from offset %s on carry leader epoch %s, and %s is the newest; restore the log"
                + " from a backup, or delete the topic and create it anew")
            .formatted(lastStart(), lastEpoch(), leaderEpoch));
  }

  /** Forgets the epochs that begin at or above an offset. */
  void truncateEnd(long offset) {
    while (count > 0 && starts[count - 1] >= offset) {
      count--;
      version++;
    }
  }

  /**
   * Forgets the epochs that end below an offset: that of the record in front of it stays known,
   * with its start, though the record is forgotten. So a log of which nothing is left still knows
   * by which epoch it ends, and every epoch here begins below the log's end.
   */
  void truncateStart(long offset) {
    int index = floor(offset - 1);
    if (index <= 0) {
      return;
    }
    count -= index;
    System.arraycopy(epochs, index, epochs, 0, count);
    System.arraycopy(starts, index, starts, 0, count);
    version++;
  }

  /** Counts changes, so that whoever keeps a copy knows whether it is true. */
  long version() {
    return version;
  }

  private long lastStart() {
    return starts[count - 1];
  }

  private int floor(long offset) {
    int index = count - 1;
    while (index >= 0 && starts[index] > offset) {
      index--;
    }
    return index;
  }

  private int checked(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("entry " + index + " of " + count);
    }
    return index;
  }
}
