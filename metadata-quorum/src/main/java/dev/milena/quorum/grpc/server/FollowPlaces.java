package dev.milena.quorum.grpc.server;

import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.quorum.store.RecordStream;
import java.util.List;
import java.util.Optional;

/**
 * Whether the place that a follower names is one in this member's journal. Pure.
 *
 * <p>A place is an index, the last step up to it, and the rolling hash of that step, which covers
 * all steps before: two that agree on it have folded the same records.
 */
final class FollowPlaces {
  private FollowPlaces() {}

  /** What contradicts itself about a request, in a sentence. */
  static Optional<String> wrong(FollowRequest request) {
    long last = request.getLastStep();
    boolean ordered =
        last >= JournalPlace.NO_INDEX
            && request.getAppliedIndex() >= last
            && (last != JournalPlace.NO_INDEX || request.getRollingHash() == 0);
    return ordered
        ? Optional.empty()
        : Optional.of(
            "last_step is -1 (then without a rolling_hash) to applied_index, got %s of %s"
                .formatted(last, request.getAppliedIndex()));
  }

  /** From where to read so that {@link #isOurs} can tell. */
  static long readFrom(FollowRequest request) {
    return Math.max(0, request.getLastStep());
  }

  /**
   * Whether the follower can go on with our next step.
   *
   * @param page read from {@link #readFrom}
   * @param afterIt the first of our steps after the follower's last one, if there is any yet
   */
  static boolean isOurs(
      FollowRequest request, RecordStream.Page page, Optional<JournalStep> afterIt) {
    boolean nothingMissed =
        afterIt.map(step -> step.index() > request.getAppliedIndex()).orElse(true);
    return nothingMissed
        && switch (page) {
          case RecordStream.Page.Whole purged -> false;
          case RecordStream.Page.Steps(List<JournalStep> steps, long applied) ->
              request.getLastStep() == JournalPlace.NO_INDEX
                  || (!steps.isEmpty()
                      && steps.getFirst().index() == request.getLastStep()
                      && steps.getFirst().rollingHash() == request.getRollingHash());
        };
  }
}
