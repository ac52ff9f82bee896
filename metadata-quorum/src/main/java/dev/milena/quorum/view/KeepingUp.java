package dev.milena.quorum.view;

/**
 * For how long a member has not applied what it knew of. Pure: facts and time come in, one caller
 * at a time.
 *
 * <p>What it knows of grows while it applies, so that the two are seldom equal under load. It
 * therefore waits for one end after the other:
 *
 * <pre>
 *   looked at   knows of   applied
 *        0 ms       100       100    as new as can be
 *      250 ms       180       150    waits for 180, known since 250 ms
 *      500 ms       260       200    was as new at 250 ms; waits for 260, known since 500 ms
 *    9 500 ms       700       259    still waits for 260: 9,250 ms behind
 * </pre>
 */
public final class KeepingUp {
  private boolean begun;
  private long awaitedIndex;
  private long awaitedSinceMs;
  private long keptUpMs;

  /** Begins anew: with another log, of which nothing is known yet. */
  public void forget() {
    begun = false;
  }

  /**
   * Notes what is so now.
   *
   * @param knownIndex of the last entry that the member has in its log or knows to be agreed on; a
   *     log is cut where others have agreed on something else, so that it may go back, to no less
   *     than what was agreed on
   * @param appliedIndex read after {@code knownIndex}
   * @param nowMs the monotonic clock
   */
  public void look(long knownIndex, long appliedIndex, long nowMs) {
    if (!begun) {
      begun = true;
      keptUpMs = nowMs;
      await(knownIndex, nowMs);
      return;
    }
    if (appliedIndex >= Math.min(awaitedIndex, knownIndex)) {
      keptUpMs = appliedIndex >= knownIndex ? nowMs : awaitedSinceMs;
      await(knownIndex, nowMs);
    }
    awaitedIndex = Math.min(awaitedIndex, knownIndex);
  }

  private void await(long knownIndex, long nowMs) {
    awaitedIndex = knownIndex;
    awaitedSinceMs = nowMs;
  }

  /**
   * The last moment for which it is sure that all that the member knew of then is applied now; the
   * first look counts as one. On the clock of {@link #look}; {@code nowMs} before the first look.
   */
  public long keptUpMs(long nowMs) {
    return begun ? keptUpMs : nowMs;
  }
}
