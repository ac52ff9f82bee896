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
    super(
        "this process stood still for %d s, and a member of the quorum that does so for more than %d s ends; find what stopped it (SIGSTOP, a suspended virtual machine, swapping, garbage collection), then start it again"
            .formatted(
                TimeUnit.MILLISECONDS.toSeconds(stillMs), TimeUnit.MILLISECONDS.toSeconds(boundMs)),
        closed);
  }
}
