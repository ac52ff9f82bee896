package dev.milena.broker.core.stalls;

import java.io.IOException;

/** A disk does not answer, and the broker is of no use without it; the message names it. */
public final class DiskStalled extends IOException {
  private static final long serialVersionUID = 1L;

  DiskStalled(String message) {
    super(message);
  }
}
