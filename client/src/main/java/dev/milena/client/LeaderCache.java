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
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

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

  private final Function<String, Leaders> source;
  private final Map<String, Leaders> known = new ConcurrentHashMap<>();
  private final Map<String, LookUp> asking = new ConcurrentHashMap<>();

  LeaderCache(Admin admin) {
    this(topic -> Leaders.of(admin.describe(List.of(topic)), System.nanoTime()));
  }

  /**
   * Knows nothing yet.
   *
   * @param source asks a broker; blocks for the time of one request at most
   */
  LeaderCache(Function<String, Leaders> source) {
    this.source = source;
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

  /** Looks up anew; completes with a {@link MilenaException} when that fails, however it fails. */
  CompletableFuture<Leaders> refresh(String topic) {
    LookUp mine = new LookUp(topic);
    LookUp other = asking.putIfAbsent(topic, mine);
    if (other != null) {
      return other.answer;
    }
    boolean begun = false;
    try {
      Thread.ofVirtual().name("milena-leaders-" + topic).start(mine);
      begun = true;
    } finally {
      if (!begun) {
        mine.cancel(false);
      }
    }
    return mine.answer;
  }

  /** Takes a broker's word for where a partition is led now. */
  void hint(String topic, int partition, HostPort leader) {
    known.computeIfPresent(topic, (name, leaders) -> leaders.with(partition, leader));
  }

  private Leaders ask(String topic) {
    try {
      Leaders leaders = source.apply(topic);
      known.put(topic, leaders);
      return leaders;
    } catch (MilenaException e) {
      forget(topic, e);
      throw e;
    }
  }

  private void forget(String topic, MilenaException failure) {
    if (failure.reason().equals(UNKNOWN_TOPIC)) {
      known.remove(topic);
    }
  }

  /**
   * One look-up. A task is done whatever its end is, also an error that nobody thought of: then its
   * answer is complete, and the next look-up may begin. There is no way out beside {@link #done}.
   */
  private final class LookUp extends FutureTask<Leaders> {
    private final String topic;
    private final CompletableFuture<Leaders> answer = new CompletableFuture<>();

    LookUp(String topic) {
      super(() -> ask(topic));
      this.topic = topic;
    }

    @Override
    protected void done() {
      asking.remove(topic, this);
      switch (state()) {
        case SUCCESS -> answer.complete(resultNow());
        case FAILED -> answer.completeExceptionally(failure(exceptionNow()));
        case CANCELLED ->
            answer.completeExceptionally(
                ClientReason.CLIENT_FAILED.failure(
                    "topic " + topic + " could not be looked up: there was no thread for it"));
        case RUNNING -> throw new IllegalStateException("a task that is done runs");
      }
    }

    private MilenaException failure(Throwable thrown) {
      // others: an answer that makes no sense, a client that was closed meanwhile, a bug
      return thrown instanceof MilenaException failure
          ? failure
          : ClientReason.CLIENT_FAILED.failure("looking up topic " + topic + ": " + thrown, thrown);
    }
  }
}
