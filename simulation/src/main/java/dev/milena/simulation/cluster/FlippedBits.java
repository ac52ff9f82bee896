package dev.milena.simulation.cluster;

import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Bits that disks have changed in one partition's logs, each in a committed batch of which another
 * replica in sync has the bytes as they were: so that all of them can be put back. What is not
 * committed the others may cut.
 */
final class FlippedBits {
  private static final int EPOCH_AT = 12;
  private static final int CRC_END = 21;

  /** As many lie between two entries of the index at most. */
  private static final int INDEX_INTERVAL_OFFSETS = 100;

  private final SplittableRandom random;
  private final SimulatedCluster cluster;
  private final PartitionClients partition;
  private final List<Flip> flips = new ArrayList<>();
  private final List<Flip> all = new ArrayList<>();

  /**
   * One bit of one batch.
   *
   * @param offset the batch's first
   * @param end the offset behind it
   * @param bad the batch with it
   */
  private record Flip(int broker, long offset, long end, StoredLog.Place place, ByteBuffer bad) {}

  FlippedBits(SplittableRandom random, SimulatedCluster cluster, PartitionClients partition) {
    this.random = random;
    this.cluster = cluster;
    this.partition = partition;
  }

  /** Whether any is still as the disk left it. */
  boolean areThere() {
    flips.removeIf(flip -> !flip.bad().equals(now(flip)));
    // whose partition moved away while it was down has no use for its log
    List<Integer> replicas = partition.row().replicas();
    return flips.stream().anyMatch(flip -> replicas.contains(flip.broker()));
  }

  /**
   * Whether a disk has ever changed the batch that holds an offset, one over which the way leads
   * there from an entry of the index, or the next, by whose base offset the one in front is judged.
   * A read may be long under way.
   */
  boolean everNear(long offset) {
    return all.stream()
        .anyMatch(flip ->
            flip.offset() - INDEX_INTERVAL_OFFSETS <= offset
                && offset < flip.end() + INDEX_INTERVAL_OFFSETS);
  }

  /** Those that are left, for a failed seed. */
  @Override
  public String toString() {
    return partition.where() + ": " + flips;
  }

  private ByteBuffer now(Flip flip) {
    return flip.place().bytes(cluster.node(flip.broker()).machine().disk(), flip.bad().remaining());
  }

  /** One more, if there is a batch that may bear it; whether there was. */
  boolean flip() {
    List<Integer> inSync = partition.row().isr();
    if (inSync.isEmpty() || partition.minInsync() < 2 || partition.forgets()) {
      // with a minimum of one, a damaged replica may become the only one that counts; and what
      // the others have forgotten they cannot give
      return false;
    }
    int broker = inSync.get(random.nextInt(inSync.size()));
    StoredLog mine = StoredLog.of(cluster.node(broker).machine().disk(), partition.folder());
    List<Long> bases = new ArrayList<>(mine.batches().keySet());
    if (bases.size() < 2) {
      return false;
    }
    // the last one is cut as a torn tail if its end looks like one
    long base = bases.get(random.nextInt(bases.size() - 1));
    ByteBuffer good = Objects.requireNonNull(mine.batches().get(base));
    boolean othersHaveIt =
        inSync.stream()
            .anyMatch(other -> other != broker && good.equals(synced(other).batches().get(base)));
    boolean isOnTheDevice = good.equals(synced(broker).batches().get(base));
    StoredLog.Place place = Objects.requireNonNull(mine.places().get(base));
    boolean isCommitted = partition.history().wasReadTo(BatchHeader.endOffset(good, 0) - 1);
    boolean isFirst = flips.stream().noneMatch(flip -> flip.offset() == base);
    boolean mayFlip = isCommitted && isOnTheDevice && othersHaveIt && isFirst;
    if (mayFlip) {
      flip(broker, base, place, good);
    }
    return mayFlip;
  }

  private StoredLog synced(int broker) {
    return StoredLog.of(cluster.node(broker).machine().disk().synced(), partition.folder());
  }

  /**
   * A start reads headers without their CRC where the checkpoint vouches for them; and none covers
   * the leader epoch. What is changed there may be believed (ADR 28), and is not tried here.
   */
  private int anyByte(ByteBuffer batch) {
    int at = random.nextInt(batch.remaining());
    boolean isBelieved =
        (at >= EPOCH_AT && at < EPOCH_AT + Integer.BYTES)
            || (at >= CRC_END && at < BatchHeader.SIZE);
    return isBelieved ? 0 : at;
  }

  private void flip(int broker, long base, StoredLog.Place place, ByteBuffer good) {
    int at = anyByte(good);
    int bit = random.nextInt(Byte.SIZE);
    ByteBuffer bad = ByteBuffer.allocate(good.remaining()).put(good.duplicate()).flip();
    bad.put(at, (byte) (bad.get(at) ^ (1 << bit)));
    try {
      cluster.node(broker).machine().disk().flip(place.file(), place.position() + (long) at, bit);
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
    Flip flip = new Flip(broker, base, BatchHeader.endOffset(good, 0), place, bad);
    flips.add(flip);
    all.add(flip);
  }
}
