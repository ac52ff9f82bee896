package dev.milena.broker.core.serving;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import java.util.Optional;

/**
 * What a leader may still take that has lost touch with the quorum (replication rule 10). Pure.
 *
 * <p>After its session another may lead in its place. Writes with acks=all are safe all the same:
 * followers of a newer epoch do not acknowledge them. Those that wait for this leader alone would
 * be cut when it comes back, and their clients were told that they are stored.
 */
final class SessionRule {
  private final int self;
  private final long sessionMs;

  /**
   * @param sessionMs broker.session.timeout.ms
   */
  SessionRule(int self, long sessionMs) {
    this.self = self;
    this.sessionMs = sessionMs;
  }

  /** Whether a write waits for this leader alone where another may take over. */
  static boolean concerns(int replicas, Acks acks) {
    return replicas > 1 && acks != Acks.ALL;
  }

  /**
   * Why such a write is not taken now, if it is not.
   *
   * @param heard when a leader of the quorum answered this broker last; empty for never
   * @param nowMs the monotonic clock
   */
  Optional<Refusal> refusal(PartitionName where, Optional<ClusterTime> heard, long nowMs) {
    long silentMs = heard.map(last -> nowMs - last.heardMs()).orElse(Long.MAX_VALUE);
    if (silentMs < sessionMs) {
      return Optional.empty();
    }
    String since =
        heard.isEmpty()
            ? "has not heard of the quorum"
            : "has not heard of the quorum for %s ms".formatted(silentMs);
    return Optional.of(
        Refusal.of(
            ErrorKind.LEADER_NOT_AVAILABLE,
            where,
            "broker %s %s (broker.session.timeout.ms is %s), so another may lead %s by now; write with acks=all, or ask another broker who leads"
                .formatted(self, since, sessionMs, where)));
  }
}
