package dev.milena.log.disk;

import java.io.IOException;

/**
 * The device or the quota is full. Thrown by a write it is a state that passes; thrown by a sync it
 * is as final as any other failed sync, since nobody knows which bytes are gone.
 */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A full device, with the file that noticed it. */
  public NoSpaceException(String message, IOException cause) {
    super(message, cause);
  }

  /** A full device that nothing else caused. */
  public NoSpaceException(String message) {
    super(message);
  }
}
