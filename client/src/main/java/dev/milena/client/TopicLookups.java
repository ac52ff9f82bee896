package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Which topics' leaders the sender trusts, doubts, or is looking up at the moment. */
@OwnedBy(Owner.CREATOR)
final class TopicLookups {
  private final LeaderCache cache;
  private final Consumer<SenderEvent> answers;
  private final Set<String> doubted = new TreeSet<>();
  private final Set<String> asking = new TreeSet<>();

  /**
   * Looks up in a cache.
   *
   * @param answers takes the answers, on any thread
   */
  TopicLookups(LeaderCache cache, Consumer<SenderEvent> answers) {
    this.cache = cache;
    this.answers = answers;
  }

  /**
   * The leader of a partition.
   *
   * @return empty when it is being looked up, and an answer will come; an empty inside when there
   *     is no leader
   */
  Optional<Optional<HostPort>> leader(TopicPartition where) {
    Optional<Leaders> leaders = cache.known(where.topic());
    if (leaders.isEmpty() || doubted.contains(where.topic())) {
      ask(where.topic());
      return Optional.empty();
    }
    return Optional.of(leaders.get().of(where.partition()));
  }

  /** Whether a broker was the leader of a partition when that was heard last. */
  boolean isThoughtLedAt(TopicPartition where, HostPort broker) {
    return cache
        .known(where.topic())
        .flatMap(leaders -> leaders.of(where.partition()))
        .filter(broker::equals)
        .isPresent();
  }

  /** Asks again before the topic's leaders are used the next time. */
  void doubt(String topic) {
    doubted.add(topic);
  }

  /** An answer came, good or bad. */
  void known(String topic) {
    asking.remove(topic);
    doubted.remove(topic);
  }

  /** Believes a broker that says who leads; false when it did not say. */
  boolean hint(TopicPartition where, MilenaException failure) {
    String address = failure.about().get("leaderAddress");
    if (address == null) {
      return false;
    }
    try {
      cache.hint(where.topic(), where.partition(), HostPort.parse(address));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void ask(String topic) {
    if (!asking.add(topic)) {
      return;
    }
    var _ =
        cache
            .refresh(topic)
            .whenComplete((leaders, thrown) ->
                answers.accept(
                    thrown == null
                        ? new SenderEvent.LeadersKnown(leaders)
                        : new SenderEvent.LeadersUnknown(topic, failure(topic, thrown))));
  }

  private static MilenaException failure(String topic, Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause instanceof MilenaException known
        ? known
        : ClientReason.CLIENT_FAILED.failure("looking up topic " + topic + " failed", thrown);
  }
}
