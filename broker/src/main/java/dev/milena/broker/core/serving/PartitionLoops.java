package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.KnownBrokers;
import dev.milena.broker.core.hosting.LogFailure;
import dev.milena.broker.core.hosting.PartitionLoop;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The loops of a broker, and which of them owns which partition. */
@OwnedBy(Owner.ANY_THREAD)
public final class PartitionLoops {
  private final List<PartitionLoop> loops;

  /** At least one loop. */
  public PartitionLoops(List<PartitionLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /**
   * The owner of a partition, the same for as long as the process lives. Neighbouring partitions of
   * a topic come to different loops.
   */
  public PartitionLoop loopOf(PartitionId id) {
    long mixed = (id.topicId().high() ^ id.topicId().low()) * 0x9E3779B97F4A7C15L;
    long place = (mixed >>> 33) + id.partition();
    return loops.get((int) (place % loops.size()));
  }

  /** Which brokers are registered now. */
  public void brokersAre(KnownBrokers brokers) {
    loops.forEach(loop -> loop.brokersAre(brokers));
  }

  /** A disk does not answer: who lies there takes and gives nothing any more. */
  public void directoryGivenUp() {
    loops.forEach(PartitionLoop::directoryGivenUp);
  }

  /** Every loop, for what concerns all of them. */
  public List<PartitionLoop> all() {
    return loops;
  }

  /** Runs something once every partition assigned before this call is open, or cannot be. */
  public void whenSettled(Runnable run) {
    AtomicInteger left = new AtomicInteger(loops.size());
    for (PartitionLoop loop : loops) {
      loop.whenSettled(() -> {
        if (left.decrementAndGet() == 0) {
          run.run();
        }
      });
    }
  }

  /** The partitions whose log could not be opened, other than for want of room. */
  public Map<PartitionId, LogFailure> unusable() {
    Map<PartitionId, LogFailure> all = new TreeMap<>();
    loops.forEach(loop -> all.putAll(loop.unusable()));
    return all;
  }

  /** Stops every loop and waits until all partitions are closed; false when the time is over. */
  public boolean stop(long timeoutMs) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(loops.size());
    loops.forEach(loop -> loop.stop(stopped::countDown));
    return stopped.await(timeoutMs, TimeUnit.MILLISECONDS);
  }
}
