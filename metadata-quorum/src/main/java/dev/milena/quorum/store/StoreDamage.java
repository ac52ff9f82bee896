package dev.milena.quorum.store;

import java.io.IOException;

/**
 * A file of the open store is not what was written: the disk has changed it. Nothing that is in the
 * store is to be kept as a snapshot, and what is read of it may be wrong, so a running member
 * halts.
 */
public final class StoreDamage extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreDamage(String message) {
    super(message);
  }

  public StoreDamage(String message, Throwable cause) {
    super(message, cause);
  }
}
