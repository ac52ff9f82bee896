package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Remembers where partitions are led, and asks again when told that it was wrong.
 *
 * <p>At most one look-up for a topic is under way; whoever asks meanwhile gets the same answer.
 * Each runs on a virtual thread of its own, for the length of one call.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LeaderCache {
  private static final String UNKNOWN_TOPIC = "UNKNOWN_TOPIC";

  /** New partitions are noticed after so long, without anybody being told. */
  private static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Admin admin;
  private final Map<String, Leaders> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Leaders>> asking = new ConcurrentHashMap<>();

  LeaderCache(Admin admin) {
    this.admin = admin;
  }

  /** What was last heard, without asking. */
  Optional<Leaders> known(String topic) {
    return Optional.ofNullable(known.get(topic));
  }

  /**
   * What was last heard, or a first look-up, which blocks.
   *
   * @throws MilenaException when the topic is unknown, or nobody could be asked
   */
  Leaders get(String topic) {
    Leaders leaders = known.get(topic);
    if (leaders == null) {
      return getAnew(topic);
    }
    if (System.nanoTime() - leaders.heardNanos() > MAX_AGE_NANOS) {
      var _ = refresh(topic);
    }
    return leaders;
  }

  /** A look-up, which blocks; fails as {@link #get}. */
  Leaders getAnew(String topic) {
    try {
      return refresh(topic).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientReason.INTERRUPTED.failure("interrupted while looking up topic " + topic, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MilenaException failure) {
        throw failure;
      }
      throw ClientReason.CLIENT_FAILED.failure("looking up topic " + topic + " failed", e);
    }
  }

  /** Looks up anew; completes with a {@link MilenaException} when that fails. */
  CompletableFuture<Leaders> refresh(String topic) {
    CompletableFuture<Leaders> mine = new CompletableFuture<>();
    CompletableFuture<Leaders> other = asking.putIfAbsent(topic, mine);
    if (other != null) {
      return other;
    }
    Thread.ofVirtual().name("milena-leaders-" + topic).start(() -> lookUp(topic, mine));
    return mine;
  }

  /** Takes a broker's word for where a partition is led now. */
  void hint(String topic, int partition, HostPort leader) {
    known.computeIfPresent(topic, (name, leaders) -> leaders.with(partition, leader));
  }

  private void lookUp(String topic, CompletableFuture<Leaders> result) {
    try {
      Leaders leaders = Leaders.of(admin.describe(List.of(topic)), System.nanoTime());
      known.put(topic, leaders);
      asking.remove(topic, result);
      result.complete(leaders);
    } catch (MilenaException e) {
      forget(topic, e);
      asking.remove(topic, result);
      result.completeExceptionally(e);
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      // an answer that makes no sense, or a client that was closed meanwhile
      asking.remove(topic, result);
      result.completeExceptionally(
          ClientReason.CLIENT_FAILED.failure(
              "looking up topic " + topic + ": " + e.getMessage(), e));
    }
  }

  private void forget(String topic, MilenaException failure) {
    if (failure.reason().equals(UNKNOWN_TOPIC)) {
      known.remove(topic);
    }
  }
}
