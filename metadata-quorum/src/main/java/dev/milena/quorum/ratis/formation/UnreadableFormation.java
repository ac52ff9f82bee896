package dev.milena.quorum.ratis.formation;

import java.io.IOException;

/** A file or a message of another form, or of a newer release. */
public final class UnreadableFormation extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableFormation(String message) {
    super(message);
  }
}
