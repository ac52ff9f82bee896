package dev.milena.quorum.ratis;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.ratis.util.ExitUtils;

/**
 * Keeps Ratis from behaving as if the process were its own: it calls System.exit when its port is
 * taken, installs a handler that does so when any thread ends with an exception, and its gRPC talks
 * on standard error, of a name that nobody has with a stack trace.
 */
final class RatisManners {
  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger GRPC = Logger.getLogger("org.apache.ratis.thirdparty.io.grpc");

  /** Whoever dials says what came of it; a name that is not known is one of many ways to fail. */
  private static final Logger CHANNELS =
      Logger.getLogger("org.apache.ratis.thirdparty.io.grpc.internal.ManagedChannelImpl");

  private static boolean taught;

  private RatisManners() {}

  /** Once for a process; from then on Ratis throws where it would have exited. */
  static synchronized void teach() {
    if (taught) {
      return;
    }
    GRPC.setLevel(Level.WARNING);
    CHANNELS.setLevel(Level.SEVERE);
    NameLookups.followChanges();
    UncaughtExceptionHandler ours = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    // loading ExitUtils has put its own handler in place of ours
    Thread.setDefaultUncaughtExceptionHandler(ours);
    taught = true;
  }
}
