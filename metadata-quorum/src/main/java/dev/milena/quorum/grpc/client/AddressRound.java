package dev.milena.quorum.grpc.client;

import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which member to ask next: the one that worked last, else one after the other, and after each
 * round without luck a pause of 20 ms, doubling to 500 ms. Pure but for what is known of addresses;
 * has one owner.
 */
final class AddressRound {
  static final long FIRST_PAUSE_MS = 20;
  static final long MAX_PAUSE_MS = 500;

  private final MemberAddresses members;
  private final int start;
  private final List<PeerAddress> tried = new ArrayList<>();
  private Optional<PeerAddress> preferred = Optional.empty();
  private long pauseMs;
  private boolean pauseDue;

  /**
   * Whom to ask, and when.
   *
   * @param afterMs to wait first
   */
  record Next(PeerAddress address, long afterMs) {}

  /**
   * @param start where in the list to begin, so that not all nodes ask the same member
   */
  AddressRound(MemberAddresses members, int start) {
    this.members = members;
    this.start = start;
  }

  /** Whom to ask next; empty while nobody is known. */
  Optional<Next> next() {
    List<PeerAddress> known = members.now();
    Optional<PeerAddress> untried = untried(known);
    if (untried.isEmpty() && !tried.isEmpty()) {
      tried.clear();
      pauseMs = pauseMs == 0 ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, MAX_PAUSE_MS);
      pauseDue = true;
      untried = untried(known);
    }
    long afterMs = pauseDue ? pauseMs : 0;
    pauseDue = false;
    return untried.map(address -> new Next(address, afterMs));
  }

  private Optional<PeerAddress> untried(List<PeerAddress> known) {
    if (preferred.isPresent() && !tried.contains(preferred.get())) {
      return preferred;
    }
    for (int i = 0; i < known.size(); i++) {
      PeerAddress one = known.get(Math.floorMod(start + i, known.size()));
      if (!tried.contains(one)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** This one did what was asked: it is asked first from now on, and at once. */
  void worked(PeerAddress address) {
    prefer(address);
    tried.clear();
    pauseMs = 0;
  }

  /** The one that is asked first, if any is. */
  Optional<PeerAddress> preferred() {
    return preferred;
  }

  /** Somebody said that this is the one to ask. */
  void prefer(PeerAddress address) {
    preferred = Optional.of(address);
  }

  /** This one did not; it is not asked again in this round. */
  void failed(PeerAddress address) {
    if (!tried.contains(address)) {
      tried.add(address);
    }
    if (preferred.isPresent() && preferred.get().equals(address)) {
      preferred = Optional.empty();
    }
  }
}
