package dev.milena.quorum.ratis;

import java.io.IOException;

/** Ratis has closed its server or our log by itself, and says why in its own log only. */
final class ClosedUnasked extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean server;

  private ClosedUnasked(String what, boolean server) {
    super(what + " without being asked to; the log above says why");
    this.server = server;
  }

  /** Our log alone, as when a thread of Ratis' has died. */
  static ClosedUnasked log() {
    return new ClosedUnasked("Ratis closed the group", false);
  }

  /**
   * Its server, and our log with it. Ratis (3.3.0) does so by itself for one reason: a thread that
   * it watches time with slept for {@link RatisProperties#MAX_PAUSE_MS} longer than it was to.
   */
  static ClosedUnasked server() {
    return new ClosedUnasked("Ratis shut its server down", true);
  }

  boolean isServer() {
    return server;
  }

  /** For the log's last line. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
