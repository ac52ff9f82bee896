package dev.milena.quorum.ratis;

import java.lang.Thread.UncaughtExceptionHandler;
import org.apache.ratis.util.ExitUtils;

/**
 * Keeps Ratis from ending the process by itself: it calls System.exit when its port is taken, and
 * installs a handler that does so when any thread of the process ends with an exception.
 */
final class RatisExits {
  private static boolean disarmed;

  private RatisExits() {}

  /** Once for a process; from then on Ratis throws where it would have exited. */
  static synchronized void disarm() {
    if (disarmed) {
      return;
    }
    UncaughtExceptionHandler ours = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    // loading ExitUtils has put its own handler in place of ours
    Thread.setDefaultUncaughtExceptionHandler(ours);
    disarmed = true;
  }
}
