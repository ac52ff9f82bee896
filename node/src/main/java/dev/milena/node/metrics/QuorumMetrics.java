package dev.milena.node.metrics;

import dev.milena.quorum.ratis.QuorumStage;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterProgress;
import dev.milena.quorum.ratis.VoterStatus;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** This node's place in the quorum. */
public final class QuorumMetrics {
  private QuorumMetrics() {}

  /** A double holds a whole number of so many bits. */
  private static final int EXACT_BITS = 53;

  private static final double MS_PER_SECOND = 1_000;

  /** Voters tell of a leader several times in so long, while there is one. */
  private static final long LEADERLESS_MS = 2_000;

  /**
   * Registers all of them.
   *
   * @param leaderSilentMs how long ago its broker heard of a leader; empty when it never did
   * @param behindMs for how long the member has not applied what it knew of, in milliseconds
   * @param stateHash over the metadata that the member has applied
   * @param stateDoubted whether it was another than the leader's, and was made anew
   * @param stateAgreedIndex after which entry it was last found to be the leader's; -1 for none
   */
  public static void register(
      NodeMetrics metrics,
      Supplier<QuorumStatus> status,
      Supplier<OptionalLong> leaderSilentMs,
      LongSupplier behindMs,
      LongSupplier stateHash,
      BooleanSupplier stateDoubted,
      LongSupplier stateAgreedIndex) {
    metrics.gauge(
        "milena_metadata_compared_entries",
        "How many entries of the quorum's log this node had applied when its metadata was last compared with the leader's and was the same, which is done every thousand; 0 before the first time since the node started.",
        () -> stateAgreedIndex.getAsLong() + 1);
    metrics.gauge(
        "milena_metadata_doubting_nodes",
        "1 after this node's metadata was found to differ from the leader's and was made anew, until it is found to be the same; 0 else.",
        () -> stateDoubted.getAsBoolean() ? 1 : 0);
    metrics.gauge(
        "milena_metadata_state_hash",
        "A hash over all metadata, cut to 53 bits: members that have applied the same entries show the same.",
        () -> stateHash.getAsLong() >>> (Long.SIZE - EXACT_BITS));
    metrics.gauge(
        "milena_quorum_behind_seconds",
        "For how long this node has not applied all that it knew of, be it that nothing is agreed on; where it keeps up, two looks at most, half a second. A session of it, and /readyz says no_quorum.",
        () -> behindMs.getAsLong() / MS_PER_SECOND);
    metrics.counter(
        "milena_quorum_terms_total",
        "The quorum's term as this node knows it; grows with every election.",
        () -> status.get().term());
    metrics.gauge(
        "milena_quorum_leading_nodes",
        "1 on the node that leads the quorum and is ready to decide, 0 elsewhere; the sum over all nodes is 1.",
        () -> status.get().leading() ? 1 : 0);
    metrics.gauge(
        "milena_quorum_known_leaders",
        "1 while this node knows a leader of the quorum: by its own vote; without one, as after it was emptied, by what voters told its broker within the last two seconds; 0 while it knows none.",
        () -> knowsLeader(status.get(), leaderSilentMs.get()) ? 1 : 0);
    metrics.gauges(
        "milena_quorum_voter_lag_entries",
        "On the node that leads the quorum: how many entries of its log each voter lacks, by node id; of a voter whose place it does not know yet, nothing.",
        "voter",
        () ->
            known(
                status.get(),
                // a leader that has not heard how far a voter is counts from before the log
                progress -> progress.lastIndex() < 0 ? Double.NaN : progress.lagEntries(),
                _ -> Double.NaN));
    metrics.gauges(
        "milena_quorum_voter_silent_seconds",
        "On the node that leads the quorum: how long ago each voter answered last, by node id; of one that has not answered it yet, for how long it leads.",
        "voter",
        () ->
            known(
                status.get(),
                progress -> progress.silentMs() / MS_PER_SECOND,
                unheard -> unheard.leadsMs() / MS_PER_SECOND));
  }

  /** What a member that votes knows is newer than what its broker does; others have no other. */
  private static boolean knowsLeader(QuorumStatus status, OptionalLong leaderSilentMs) {
    return status.stage() == QuorumStage.VOTER
        ? status.leader().isPresent()
        : leaderSilentMs.orElse(Long.MAX_VALUE) < LEADERLESS_MS;
  }

  private static SortedMap<String, Double> known(
      QuorumStatus status,
      ToDoubleFunction<VoterProgress.Known> ofKnown,
      ToDoubleFunction<VoterProgress.Unheard> ofUnheard) {
    TreeMap<String, Double> values = new TreeMap<>();
    for (VoterStatus voter : status.voters()) {
      double value =
          switch (voter.progress()) {
            case VoterProgress.Known known -> ofKnown.applyAsDouble(known);
            case VoterProgress.Unheard unheard -> ofUnheard.applyAsDouble(unheard);
            // whoever leads knows
            case VoterProgress.Unknown _ -> Double.NaN;
          };
      if (!Double.isNaN(value)) {
        values.put(Integer.toString(voter.nodeId()), value);
      }
    }
    return values;
  }
}
