package dev.milena.quorum.ratis;

import java.io.IOException;

/** controller.quorum.voters contradicts this node's data, or what another node says. */
public final class ContradictingVoters extends IOException {
  private static final long serialVersionUID = 1L;

  ContradictingVoters(String message) {
    super(message);
  }
}
