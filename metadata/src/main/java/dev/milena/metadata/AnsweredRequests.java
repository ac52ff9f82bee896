package dev.milena.metadata;

import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * The latest requests that were accepted, with their answers: a request sent again is answered, not
 * decided again. Part of the replicated state, so that it outlives a leader and a snapshot.
 *
 * <p>Bounded by {@link #MAX_REQUESTS} and {@link #KEPT_MS}; a client must give up sooner. Refused
 * requests are not kept: they changed nothing, and may be decided again.
 *
 * @param byIndex the answers, by the index of the entry that gave them
 * @param indexes where each request is in {@code byIndex}
 */
public record AnsweredRequests(
    TreePMap<Long, Answered> byIndex, TreePMap<RequestId, Long> indexes) {
  /** Twice the longest time-out that a door allows. */
  public static final long KEPT_MS = 600_000;

  public static final int MAX_REQUESTS = 10_000;

  public static final AnsweredRequests NONE =
      new AnsweredRequests(TreePMap.empty(), TreePMap.empty());

  /**
   * One of them.
   *
   * @param timeMs when it was accepted
   */
  public record Answered(RequestId requestId, long timeMs, MetadataReply reply) {}

  /** The answer that was given to this request, if it is still known. */
  public Optional<QuorumAnswer.Decided> find(RequestId requestId) {
    Long index = indexes.get(requestId);
    if (index == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(byIndex.get(index))
        .map(answered -> new QuorumAnswer.Decided(index, answered.reply()));
  }

  /** With one more, and without those that are too old or too many. */
  public AnsweredRequests with(long index, Answered answered) {
    return put(index, answered).bounded(answered.timeMs());
  }

  /** With one more as it was stored, for reading rows back. */
  public AnsweredRequests put(long index, Answered answered) {
    return new AnsweredRequests(
        byIndex.plus(index, answered), indexes.plus(answered.requestId(), index));
  }

  private AnsweredRequests bounded(long nowMs) {
    TreePMap<Long, Answered> kept = byIndex;
    TreePMap<RequestId, Long> keptIndexes = indexes;
    // times are never negative and never run back, so the difference cannot overflow
    while (kept.size() > MAX_REQUESTS || nowMs - kept.firstEntry().getValue().timeMs() > KEPT_MS) {
      keptIndexes = keptIndexes.minus(kept.firstEntry().getValue().requestId());
      kept = kept.minusFirstEntry();
    }
    return new AnsweredRequests(kept, keptIndexes);
  }
}
