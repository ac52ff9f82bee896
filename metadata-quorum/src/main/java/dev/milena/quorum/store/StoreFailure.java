package dev.milena.quorum.store;

import java.io.IOException;

/**
 * The quorum's store cannot be read or written, or holds what it must not hold.
 *
 * <p>Final for a running member: what it holds in memory and on disk may differ, so it halts. At
 * start it means that a snapshot is no good.
 */
public final class StoreFailure extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreFailure(String message) {
    super(message);
  }

  public StoreFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
