package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.IsrRequests.Wanted;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.PartitionImage;
import dev.milena.replication.ReplicaSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What becomes of a leader's wish for other in-sync replicas. Pure.
 *
 * <pre>
 *   a wish   --asked for-->  its row changes        the leader is told by the row
 *                       \--> refused                the leader is told so
 *                        \-> nobody knows: doubtful
 *   doubtful --the row is asked for as it is, until it has changed, by this or by the wish
 * </pre>
 *
 * <p>A command of which nothing is known may come about later. Asking for the row as it is raises
 * the row's epoch, so afterwards it cannot.
 */
final class IsrWishRules {
  private IsrWishRules() {}

  /** What to do with a wish, given the row in the image. */
  enum Step {
    /** Ask the quorum. */
    ASK,
    /** The image is older than the row that the leader saw: it follows at once. */
    WAIT,
    /** The row is another by now, or gone: the leader hears of that by itself. */
    SETTLED
  }

  /** How asking for it ended. */
  enum Outcome {
    /** The row is changed. */
    CHANGED,
    /** The row had been changed before. */
    ROW_MOVED,
    /** Decided against, with the row as it was. */
    REFUSED,
    /** It was never put to the quorum. */
    NOT_ASKED,
    /** It may have come about, or may yet. */
    UNKNOWN
  }

  /** What follows from that. */
  enum End {
    /** Nothing: the row tells the leader. */
    SETTLED,
    /** Tell the leader, once the image is as new as the decision. */
    TELL_REFUSED,
    /** It is doubtful: ask for the row as it is. */
    DOUBTFUL
  }

  static Step step(Wanted wanted, Optional<PartitionImage> row) {
    if (row.isEmpty() || row.get().partitionEpoch() > wanted.partitionEpoch()) {
      return Step.SETTLED;
    }
    return row.get().partitionEpoch() < wanted.partitionEpoch() ? Step.WAIT : Step.ASK;
  }

  static Outcome outcome(Wanted wanted, List<IsrChange.Refused> refused) {
    return refused.stream()
        .filter(one -> one.partition().equals(wanted.partition()))
        .findFirst()
        .map(one ->
            switch (one.fault()) {
              case UNKNOWN_PARTITION, NOT_LEADER, STALE_PARTITION_EPOCH -> Outcome.ROW_MOVED;
              case NOT_REPLICAS, INELIGIBLE_REPLICA -> Outcome.REFUSED;
            })
        .orElse(Outcome.CHANGED);
  }

  static End end(boolean doubtful, Outcome outcome) {
    return switch (outcome) {
      case CHANGED, ROW_MOVED -> End.SETTLED;
      case REFUSED, NOT_ASKED -> doubtful ? End.DOUBTFUL : End.TELL_REFUSED;
      case UNKNOWN -> End.DOUBTFUL;
    };
  }

  /**
   * Of two wishes for one partition the newer counts: the leader had seen that row, and the older
   * cannot come about any more. A doubt of it would be settled by a row that says nothing about the
   * newer.
   */
  static boolean isNewer(Wanted wish, Wanted than) {
    return wish.partitionEpoch() > than.partitionEpoch();
  }

  /** The change to ask for. */
  static IsrChange change(Wanted wanted, boolean doubtful, PartitionImage row) {
    List<Integer> isr = doubtful ? row.isr() : ids(wanted.isr());
    return new IsrChange(
        wanted.partition(),
        wanted.leaderEpoch(),
        wanted.partitionEpoch(),
        // of who is in sync already nobody asks which run it is
        isr.stream()
            .map(broker -> new IsrChange.Member(broker, wanted.standings().epochOf(broker)))
            .toList());
  }

  private static List<Integer> ids(ReplicaSet brokers) {
    return IntStream.range(0, brokers.size()).mapToObj(brokers::id).toList();
  }
}
