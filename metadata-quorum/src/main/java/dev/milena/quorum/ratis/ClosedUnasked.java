package dev.milena.quorum.ratis;

import java.io.IOException;

/** Ratis has closed its server or our log by itself, and says why in its own log only. */
final class ClosedUnasked extends IOException {
  private static final long serialVersionUID = 1L;

  ClosedUnasked(String what) {
    super(what);
  }
}
