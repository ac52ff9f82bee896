package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Channel;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Reads whole batches of given partitions, as they are stored.
 *
 * <p>One thread at a time polls; nothing is read ahead beyond {@link ConsumerSettings#answersAhead}
 * answers a partition. Leaders that change and connections that break are followed up while
 * polling, without an end: a caller that wants to give up looks at its own clock.
 */
@OwnedBy(Owner.CREATOR)
public final class BatchConsumer implements AutoCloseable {
  private final SortedMap<TopicPartition, FetchFlow> flows = new TreeMap<>();

  /** Bounded by the answers that the flows ask for. */
  private final BlockingQueue<FetchEvent> events = new LinkedBlockingQueue<>();

  BatchConsumer(
      ConsumerSettings settings,
      Function<HostPort, Channel> channels,
      LeaderCache leaders,
      Map<TopicPartition, StartAt> starts) {
    starts.forEach((partition, start) ->
        flows.put(
            partition, new FetchFlow(partition, start, settings, channels, leaders, events::add)));
  }

  /**
   * The next answer with batches, of whichever partition has one.
   *
   * @param timeoutMs to wait at most; 0 takes what is there
   * @return empty when nothing came in time
   * @throws MilenaException when a partition cannot be read any further: UNKNOWN_TOPIC,
   *     UNKNOWN_PARTITION, OFFSET_OUT_OF_RANGE, CORRUPT_LOG ... It is thrown once and stands in
   *     {@link #ended} from then on. The others can be read; poll again.
   */
  public Optional<FetchedBatches> poll(long timeoutMs) {
    long now = System.nanoTime();
    long endNanos = now + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (true) {
      long waitNanos = Math.min(endNanos - now, act(now));
      Optional<FetchEvent> event = next(Math.max(0, waitNanos));
      now = System.nanoTime();
      if (event.isEmpty() && endNanos - now <= 0) {
        return Optional.empty();
      }
      Optional<FetchedBatches> batches =
          event.isPresent() ? take(event.get(), now) : Optional.empty();
      if (batches.isPresent()) {
        return batches;
      }
    }
  }

  /** Where the next answer of each partition goes on. */
  public SortedMap<TopicPartition, StartAt> positions() {
    SortedMap<TopicPartition, StartAt> positions = new TreeMap<>();
    flows.forEach((partition, flow) -> positions.put(partition, flow.position()));
    return positions;
  }

  /**
   * Partitions that cannot be read now, and why their last attempt failed. They are tried again
   * while polling.
   */
  public SortedMap<TopicPartition, MilenaException> failing() {
    SortedMap<TopicPartition, MilenaException> failing = new TreeMap<>();
    flows.forEach(
        (partition, flow) -> flow.failing().ifPresent(why -> failing.put(partition, why)));
    return failing;
  }

  /**
   * Partitions that are not read any further, and why: {@link #poll} has thrown it. {@link
   * #readFrom} takes one out.
   */
  public SortedMap<TopicPartition, MilenaException> ended() {
    SortedMap<TopicPartition, MilenaException> ended = new TreeMap<>();
    flows.forEach((partition, flow) -> flow.end().ifPresent(why -> ended.put(partition, why)));
    return ended;
  }

  /**
   * Goes on at another place, also in a partition that has ended.
   *
   * @param place the latest offset is that of the moment when the leader is asked
   * @throws IllegalArgumentException when the partition is none of those that are read
   */
  public void readFrom(TopicPartition partition, StartAt place) {
    flow(partition).readFrom(place, System.nanoTime());
  }

  /** Reads a partition no further, whose batches turned out to be unreadable. */
  void endWith(TopicPartition partition, MilenaException why) {
    flow(partition).endWith(why);
  }

  private FetchFlow flow(TopicPartition partition) {
    FetchFlow flow = flows.get(partition);
    if (flow == null) {
      throw new IllegalArgumentException(partition + " is none of " + flows.keySet());
    }
    return flow;
  }

  /**
   * Whether the leaders of all partitions that have not {@link #ended} answer, be it that there is
   * nothing new.
   */
  public boolean connected() {
    return flows.values().stream().allMatch(flow -> flow.end().isPresent() || flow.isConnected());
  }

  @Override
  public void close() {
    flows.values().forEach(flow -> flow.stop("the consumer was closed"));
    flows.clear();
    events.clear();
  }

  private long act(long now) {
    long dueInNanos = Long.MAX_VALUE;
    for (FetchFlow flow : flows.values()) {
      flow.act(now);
      dueInNanos = Math.min(dueInNanos, flow.dueInNanos(now));
    }
    return dueInNanos;
  }

  private Optional<FetchEvent> next(long waitNanos) {
    try {
      return Optional.ofNullable(events.poll(waitNanos, TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientReason.INTERRUPTED.failure("interrupted while polling", e);
    }
  }

  private Optional<FetchedBatches> take(FetchEvent event, long now) {
    FetchFlow flow = event.flow();
    switch (event) {
      case FetchEvent.Answered(var _, var stream, var answer) -> {
        return flow.isCurrent(stream) ? flow.take(answer, now) : Optional.empty();
      }
      case FetchEvent.Broken(var _, var stream, var why) -> {
        if (flow.isCurrent(stream)) {
          flow.failed(Failures.of(why, flow.who()), now);
        }
      }
      case FetchEvent.LookedUp(var _, var failure) -> flow.lookedUp(failure, now);
    }
    return Optional.empty();
  }
}
