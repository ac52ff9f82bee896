package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who is alive, in the eyes of the leader of the quorum: soft state that begins with its term and
 * ends with it. Only the consequences, to fence and to unfence, are commands.
 *
 * <p>Pure: facts and time come in, {@link #due} says what should be done. A new leader has heard of
 * nobody yet; it measures sessions from its own beginning and dials every broker that does not come
 * by itself, so that one which died with the old leader is found within milliseconds.
 */
public final class BrokerLiveness {
  private final LivenessSettings settings;
  private final TreeMap<Integer, WatchedBroker> brokers = new TreeMap<>();

  /** Knows nobody yet; see {@link #rowsAre}. */
  public BrokerLiveness(LivenessSettings settings) {
    this.settings = settings;
  }

  /** The registered brokers are these now. */
  public void rowsAre(Collection<WatchedRow> rows, long nowMs) {
    TreeSet<Integer> gone = new TreeSet<>(brokers.keySet());
    for (WatchedRow row : rows) {
      gone.remove(row.id());
      WatchedBroker known = brokers.get(row.id());
      if (known == null) {
        brokers.put(row.id(), new WatchedBroker(settings, row, nowMs));
      } else if (!known.row().equals(row)) {
        known.rowIs(row, nowMs);
      }
    }
    brokers.keySet().removeAll(gone);
  }

  /**
   * A broker's standing stream is open; told as often as one likes.
   *
   * @param session names the stream; a broker has one at a time, the one of the highest number
   * @return false when this run of the broker is not the one registered, or the stream is an old
   *     one
   */
  public boolean sessionOpened(int broker, long session, IncarnationId run, long nowMs) {
    WatchedBroker known = brokers.get(broker);
    return known != null && known.sessionOpened(session, run, nowMs);
  }

  /** A broker was heard on its stream. */
  public void beat(int broker, long session, Beat beat, long nowMs) {
    watched(broker).ifPresent(known -> known.beat(session, beat, nowMs));
  }

  /** A broker's stream is over, whoever ended it. */
  public void sessionEnded(int broker, long session, long nowMs) {
    watched(broker).ifPresent(known -> known.sessionEnded(session, nowMs));
  }

  /** A {@link Duty.Dial} has come to an end. */
  public void dialled(int broker, DialOutcome outcome, long nowMs) {
    watched(broker).ifPresent(known -> known.dialled(outcome, nowMs));
  }

  /** A {@link Duty.Fence} or {@link Duty.Unfence} did not come about. */
  public void commandFailed(int broker, long nowMs) {
    watched(broker).ifPresent(known -> known.commandFailed(nowMs));
  }

  /** What should be done now, each once. */
  public List<Duty> due(long nowMs) {
    List<Duty> duties = new ArrayList<>();
    for (WatchedBroker broker : brokers.values()) {
      broker.due(nowMs).ifPresent(duties::add);
    }
    return duties;
  }

  /** When to ask again if nothing happens before; {@link Long#MAX_VALUE} for never. */
  public long nextDueMs() {
    return brokers.values().stream()
        .mapToLong(WatchedBroker::nextDueMs)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Every unfenced broker that may still answer somebody has acknowledged all up to this index;
   * without one, any index.
   */
  public long spreadIndex() {
    return brokers.values().stream()
        .filter(WatchedBroker::mayAnswer)
        .mapToLong(WatchedBroker::acknowledgedIndex)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Those of them that have not acknowledged the index yet, ascending. */
  public List<Integer> behind(long index) {
    return brokers.values().stream()
        .filter(broker -> broker.mayAnswer() && broker.acknowledgedIndex() < index)
        .map(broker -> broker.row().id())
        .toList();
  }

  private Optional<WatchedBroker> watched(int broker) {
    return Optional.ofNullable(brokers.get(broker));
  }
}
