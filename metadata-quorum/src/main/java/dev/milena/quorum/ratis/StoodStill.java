package dev.milena.quorum.ratis;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * This process stood still for longer than a member of the quorum may. No disk and no bug is to
 * blame; its message is a whole sentence.
 */
public final class StoodStill extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param stillMs for how long, in milliseconds; up to a second more than it was
   * @param boundMs for how long it may, in milliseconds
   * @param closed what Ratis did about it
   */
  public StoodStill(long stillMs, long boundMs, Throwable closed) {
    this(
        "this process stood still for %s s, and a member of the quorum that does so for more than %s s ends; find what stopped it (SIGSTOP, a suspended virtual machine, swapping, garbage collection), then start it again"
            .formatted(seconds(stillMs), seconds(boundMs)),
        closed);
  }

  private StoodStill(String sentence, Throwable closed) {
    super(sentence, closed);
  }

  /**
   * Only Ratis measured it: a thread of its own was kept from running, and ours was not for as
   * long.
   *
   * @param boundMs for how long it may, in milliseconds
   * @param closed what Ratis did about it
   */
  static StoodStill measuredByRatis(long boundMs, Throwable closed) {
    return new StoodStill(
        "Ratis shut its server down: as it measured, this process stood still for more than %s s, and a member of the quorum that does so ends; find what stopped it (SIGSTOP, a suspended virtual machine, swapping, garbage collection, too few processors), then start it again"
            .formatted(seconds(boundMs)),
        closed);
  }

  private static long seconds(long ms) {
    return TimeUnit.MILLISECONDS.toSeconds(ms);
  }
}
