package dev.milena.quorum.ratis;

import java.util.Optional;

/**
 * Whatever ends the process for this member: term and vote are put back first, where a full disk
 * has cost them ({@link WrittenTerm#secure}). Any thread.
 */
final class SecuredHalt implements Halt {
  private final Halt halt;
  private volatile Optional<LocalPeer> peer = Optional.empty();

  SecuredHalt(Halt halt) {
    this.halt = halt;
  }

  /** From now on it is about this peer's log. */
  void of(LocalPeer local) {
    peer = Optional.of(local);
  }

  @Override
  public void halt(String what, Throwable cause) {
    try {
      peer.ifPresent(LocalPeer::secureTerm);
    } finally {
      halt.halt(what, cause);
    }
  }
}
