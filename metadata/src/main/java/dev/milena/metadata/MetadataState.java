package dev.milena.metadata;

import dev.milena.metadata.AnsweredRequests.Answered;
import java.util.List;
import java.util.Optional;

/**
 * All replicated state at one index, and the one step from a command to the next: a member of the
 * quorum does nothing else to it. The same commands in the same order give the same states.
 *
 * @param answered requests that will not be decided again
 * @param timeMs the latest stamped time; time never runs back, whatever the leaders' clocks do
 */
public record MetadataState(ClusterImage image, AnsweredRequests answered, long timeMs) {
  public static final MetadataState EMPTY =
      new MetadataState(ClusterImage.EMPTY, AnsweredRequests.NONE, 0);

  /**
   * What a command did.
   *
   * @param records to be journalled; empty when nothing changed
   * @param answer for whoever submitted it: Decided or Refused
   */
  public record Step(
      MetadataState state, List<MetadataRecord> records, ImageDelta delta, QuorumAnswer answer) {}

  /** Applies the command of an entry: never fails, whatever the command is. */
  public Step step(EntryPlace place, SubmittedCommand submitted, CommandStamp stamp) {
    CommandStamp clamped = stamp.notBefore(timeMs);
    Optional<QuorumAnswer.Decided> known = answered.find(submitted.requestId());
    if (known.isPresent()) {
      return unchanged(clamped, known.get());
    }
    return switch (decide(place.term(), submitted, clamped)) {
      case Decision.Refused refused ->
          unchanged(clamped, new QuorumAnswer.Refused(place.index(), refused));
      case Decision.Accepted accepted ->
          accept(place.index(), submitted.requestId(), clamped, accepted);
    };
  }

  private Decision decide(long term, SubmittedCommand submitted, CommandStamp stamp) {
    long only = submitted.onlyInTerm();
    return only == SubmittedCommand.ANY_TERM || only == term
        ? Decider.decide(image, submitted.command(), stamp)
        : Refusals.staleTerm(only, term);
  }

  private Step unchanged(CommandStamp stamp, QuorumAnswer answer) {
    MetadataState after = new MetadataState(image, answered, stamp.timeMs());
    return new Step(after, List.of(), ImageDelta.NONE, answer);
  }

  private Step accept(
      long index, RequestId requestId, CommandStamp stamp, Decision.Accepted accepted) {
    ClusterImage.Folded folded = image.with(accepted.records());
    AnsweredRequests answeredNow =
        requestId.equals(RequestId.NONE)
            ? answered
            : answered.with(index, new Answered(requestId, stamp.timeMs(), accepted.reply()));
    return new Step(
        new MetadataState(folded.image(), answeredNow, stamp.timeMs()),
        accepted.records(),
        folded.delta(),
        new QuorumAnswer.Decided(index, accepted.reply()));
  }
}
