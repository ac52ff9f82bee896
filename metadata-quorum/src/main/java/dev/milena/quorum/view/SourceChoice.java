package dev.milena.quorum.view;

import java.util.Optional;

/**
 * Which source feeds a broker's view: its own member of the quorum, or the stream from another one,
 * and whether a stream should be kept. Pure: facts and time come in.
 *
 * <pre>
 *   no member here, or forced onto the stream                          stream
 *   on the member, no leader heard for 3 s, the stream hears one       stream
 *   on the stream, the member has caught up and heard a leader for 2 s member
 *   the same, but the stream hears no leader                           member, at once
 * </pre>
 *
 * <p>A leader whose member has not kept up with it counts as not heard for so long.
 */
public final class SourceChoice {
  /** Half a session: the broker must not be fenced for its member's sake. */
  static final long LOST_MS = 3_000;

  /** A leader was heard of as lately as this: two election time-outs. */
  static final long FRESH_MS = 1_500;

  /** For so long a member must be fit before it is trusted again. */
  static final long FIT_MS = 2_000;

  /** Entries that a source may be behind: it passes what is shown within milliseconds. */
  static final long MAX_LAG = 100;

  private static final long NEVER = Long.MAX_VALUE;

  private final boolean forced;
  private Optional<Source> source = Optional.empty();
  private long memberFitSinceMs = NEVER;
  private long memberSinceMs = NEVER;

  /** What feeds the view. */
  public enum Source {
    MEMBER,
    STREAM
  }

  /**
   * Where a source stands.
   *
   * @param index it has applied
   * @param silentMs since it heard of a leader and kept up; {@link Long#MAX_VALUE} when it never
   *     did
   */
  public record Standing(long index, long silentMs) {}

  /** What should be. */
  public record Choice(Source source, boolean keepStream) {}

  /**
   * @param forced never use the member, for tests of the stream
   */
  public SourceChoice(boolean forced) {
    this.forced = forced;
  }

  /**
   * Decides anew.
   *
   * @param member this node's own, when it takes part
   * @param stream when one is kept
   * @param shownIndex what the view shows
   */
  public Choice choose(
      Optional<Standing> member, Optional<Standing> stream, long shownIndex, long nowMs) {
    if (forced || member.isEmpty()) {
      source = Optional.of(Source.STREAM);
      memberFitSinceMs = NEVER;
      memberSinceMs = NEVER;
      return new Choice(Source.STREAM, true);
    }
    memberSinceMs = Math.min(memberSinceMs, nowMs);
    Standing own = member.get();
    boolean fresh = own.silentMs() <= FRESH_MS;
    memberFitSinceMs = fresh ? Math.min(memberFitSinceMs, nowMs) : NEVER;
    boolean streamServes =
        stream
            .map(one -> one.silentMs() <= FRESH_MS && one.index() + MAX_LAG >= shownIndex)
            .orElse(false);
    Source chosen =
        switch (source.orElse(Source.MEMBER)) {
          case MEMBER -> lost(own, nowMs) && streamServes ? Source.STREAM : Source.MEMBER;
          case STREAM -> {
            boolean fit = fresh && own.index() + MAX_LAG >= shownIndex;
            boolean longEnough = fit && nowMs - memberFitSinceMs >= FIT_MS;
            yield longEnough || (fit && !streamServes) ? Source.MEMBER : Source.STREAM;
          }
        };
    source = Optional.of(chosen);
    return new Choice(chosen, chosen == Source.STREAM || lost(own, nowMs));
  }

  /** A member that has just begun has its time to find the leader. */
  private boolean lost(Standing own, long nowMs) {
    return Math.min(own.silentMs(), nowMs - memberSinceMs) >= LOST_MS;
  }
}
