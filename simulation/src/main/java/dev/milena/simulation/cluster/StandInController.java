package dev.milena.simulation.cluster;

import dev.milena.broker.core.RunStanding;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the quorum's leader does about brokers that come and go: fences who falls silent for a
 * session, or is gone for a moment, and lets in who says that it is ready.
 */
final class StandInController {
  static final long SESSION_MS = 6_000;
  private static final long GRACE_MS = 500;

  private final StandInQuorum quorum;
  private final TreeMap<Integer, Known> brokers = new TreeMap<>();
  private long idleUntilMs;

  /** What was heard of a broker last. */
  private record Known(long heardMs, long goneMs, Optional<RunStanding> standing) {}

  StandInController(StandInQuorum quorum) {
    this.quorum = quorum;
  }

  /** A broker has said how it is. */
  void heard(int broker, Optional<RunStanding> standing, long nowMs) {
    brokers.put(broker, new Known(nowMs, Long.MAX_VALUE, standing));
  }

  /** The connection to a broker was closed from its side. */
  void gone(int broker, long nowMs) {
    brokers.computeIfPresent(
        broker, (_, known) -> new Known(known.heardMs, nowMs, Optional.empty()));
  }

  /** Another leads the quorum, after a while without any: every session begins anew. */
  void newLeader(long nowMs, long withoutMs) {
    idleUntilMs = nowMs + withoutMs;
    brokers.replaceAll((_, known) -> new Known(idleUntilMs, Long.MAX_VALUE, Optional.empty()));
  }

  /** Whether the quorum has a leader. */
  boolean leads(long nowMs) {
    return nowMs >= idleUntilMs;
  }

  /** Does what is due. */
  void look(long nowMs) {
    if (!leads(nowMs)) {
      return;
    }
    for (BrokerImage row : List.copyOf(quorum.image().brokers().values())) {
      Known known = brokers.getOrDefault(row.id(), new Known(0, 0, Optional.empty()));
      if (!row.fenced() && mustGo(row, known, nowMs)) {
        decide(new MetadataCommand.FenceBroker(row.id(), row.brokerEpoch()));
      } else if (row.fenced() && mayCome(row, known, nowMs)) {
        decide(new MetadataCommand.UnfenceBroker(row.id(), row.brokerEpoch()));
      }
    }
  }

  private static boolean mustGo(BrokerImage row, Known known, long nowMs) {
    boolean silent = nowMs - known.heardMs >= SESSION_MS;
    boolean gone = known.goneMs != Long.MAX_VALUE && nowMs - known.goneMs >= GRACE_MS;
    boolean leaving =
        known
            .standing
            .filter(one -> one.leaving() && one.run().equals(row.incarnation()))
            .isPresent();
    return silent || gone || leaving;
  }

  private static boolean mayCome(BrokerImage row, Known known, long nowMs) {
    return !row.stopping()
        && nowMs - known.heardMs < SESSION_MS
        && known
            .standing
            .filter(one -> one.ready() && !one.leaving() && one.run().equals(row.incarnation()))
            .isPresent();
  }

  private void decide(MetadataCommand command) {
    if (!(quorum.decide(command) instanceof QuorumAnswer.Decided)) {
      throw new IllegalStateException("refused: " + command);
    }
  }
}
