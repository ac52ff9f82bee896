package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.RecordBatchBuilder;
import dev.milena.records.RecordHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that wait to be sent: whole batches, and one that still grows.
 *
 * <p>Any thread adds; the sender takes. Both hold the monitor for as long as one record takes to be
 * copied.
 */
@OwnedBy(Owner.ANY_THREAD)
final class BatchGatherer {
  private final TopicPartition partition;
  private final Deque<SendBatch> whole = new ArrayDeque<>();
  private @Nullable Open open;

  /** The batch that grows. */
  private record Open(
      ProducerMemory.Lease lease,
      List<CompletableFuture<RecordPlace>> futures,
      long createdNanos) {}

  BatchGatherer(TopicPartition partition) {
    this.partition = partition;
  }

  TopicPartition partition() {
    return partition;
  }

  /**
   * Adds a record to the batch that grows.
   *
   * @return empty when there is none, or no room in it; the caller then leases memory, outside of
   *     the monitor, and calls {@link #begin}
   */
  synchronized Added add(
      OutgoingRecord record,
      List<RecordHeader> headers,
      long timestampMs,
      CompletableFuture<RecordPlace> future) {
    Open growing = open;
    if (growing == null) {
      return Added.NEEDS_MEMORY;
    }
    if (!growing.lease.builder().append(timestampMs, record.key(), record.value(), headers)) {
      close();
      return Added.NEEDS_MEMORY;
    }
    growing.futures.add(future);
    return Added.DONE;
  }

  /** How adding went. */
  enum Added {
    DONE,
    NEEDS_MEMORY
  }

  /** Begins a batch with its first record, after whatever others have begun meanwhile. */
  synchronized void begin(
      ProducerMemory.Lease lease,
      OutgoingRecord record,
      List<RecordHeader> headers,
      long timestampMs,
      CompletableFuture<RecordPlace> future) {
    close();
    if (!lease.builder().append(timestampMs, record.key(), record.value(), headers)) {
      throw new IllegalStateException("memory leased for a record does not hold it");
    }
    List<CompletableFuture<RecordPlace>> futures = new ArrayList<>();
    futures.add(future);
    open = new Open(lease, futures, System.nanoTime());
  }

  /** Adds batches that somebody else built, after what is there. */
  synchronized void addWhole(SendBatch batch) {
    close();
    whole.addLast(batch);
  }

  /** Closes the batch that grows. */
  synchronized void close() {
    Open growing = open;
    if (growing == null) {
      return;
    }
    open = null;
    RecordBatchBuilder builder = growing.lease.builder();
    whole.addLast(
        new SendBatch(
            partition,
            builder.build(),
            new SendBatch.Waiting.Records(growing.futures),
            growing.createdNanos,
            growing.lease::giveBack));
  }

  /** Puts batches that were not written back in front, in their order. */
  synchronized void putBack(List<SendBatch> batches) {
    for (int i = batches.size() - 1; i >= 0; i--) {
      whole.addFirst(batches.get(i));
    }
  }

  /**
   * Takes what goes into one request, in order: of those with numbers as many at most as a log
   * remembers, and what may be stored by one request without anything else.
   *
   * @param now closes the growing batch if it was begun before {@code now - lingerNanos}
   * @param maxBytes of all batches; one is taken even if larger
   */
  synchronized List<SendBatch> take(long now, long lingerNanos, int maxBytes) {
    Open growing = open;
    if (growing != null && now - growing.createdNanos >= lingerNanos) {
      close();
    }
    List<SendBatch> taken = new ArrayList<>();
    int bytes = 0;
    int numbered = 0;
    for (SendBatch next = whole.peekFirst(); next != null; next = whole.peekFirst()) {
      boolean apart = !taken.isEmpty() && isApart(taken.getFirst(), next);
      numbered += next.mayHaveNumber() ? 1 : 0;
      boolean full = numbered > SequenceNumbers.MOST_BATCHES;
      if (apart || full || (!taken.isEmpty() && bytes + next.sizeInBytes() > maxBytes)) {
        break;
      }
      bytes += next.sizeInBytes();
      taken.add(whole.removeFirst());
    }
    return taken;
  }

  private static boolean isApart(SendBatch first, SendBatch next) {
    return first.alone() || next.alone() || first.group() != next.group();
  }

  /** Takes everything there is. */
  synchronized List<SendBatch> takeAll() {
    close();
    List<SendBatch> taken = new ArrayList<>(whole);
    whole.clear();
    return taken;
  }

  /** Takes the batches begun before a moment; the rest stays. */
  synchronized List<SendBatch> takeOlderThan(long createdNanos) {
    Open growing = open;
    if (growing != null && growing.createdNanos - createdNanos < 0) {
      close();
    }
    List<SendBatch> taken = new ArrayList<>();
    for (SendBatch next = whole.peekFirst(); next != null; next = whole.peekFirst()) {
      if (next.createdNanos() - createdNanos >= 0) {
        break;
      }
      taken.add(whole.removeFirst());
    }
    return taken;
  }

  /**
   * How long until there is something to take.
   *
   * @return 0 when there is, {@link Long#MAX_VALUE} when nothing waits
   */
  synchronized long readyInNanos(long now, long lingerNanos) {
    if (!whole.isEmpty()) {
      return 0;
    }
    Open growing = open;
    return growing == null ? Long.MAX_VALUE : Math.max(0, growing.createdNanos + lingerNanos - now);
  }

  /** Nanos until the oldest batch is as old as given; {@link Long#MAX_VALUE} when nothing waits. */
  synchronized long oldestReachesInNanos(long now, long ageNanos) {
    SendBatch first = whole.peekFirst();
    Open growing = open;
    if (first != null) {
      return Math.max(0, first.createdNanos() + ageNanos - now);
    }
    return growing == null ? Long.MAX_VALUE : Math.max(0, growing.createdNanos + ageNanos - now);
  }
}
