package dev.milena.log;

import java.io.IOException;

/**
 * A batch that was put back into a log that is not open could not be written, or not be synced.
 * Final, as a sync that fails always is: what can be read there now, good or not, need not be what
 * is on the device (invariant I11).
 */
public final class MendingFailed extends IOException {
  private static final long serialVersionUID = 1L;

  MendingFailed(IOException cause) {
    super("a batch could not be put back: " + cause.getMessage(), cause);
  }
}
