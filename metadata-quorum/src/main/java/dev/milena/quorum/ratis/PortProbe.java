package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether a peer's port refuses, which is what a machine answers for a process that is gone. One
 * attempt at a time: who asks while one is under way has its outcome.
 */
final class PortProbe {
  /** How long an attempt is waited for, in milliseconds, the look-up of the name included. */
  static final int ATTEMPT_MS = 300;

  private final Executor blocking;
  private Optional<Attempt> latest = Optional.empty();

  private record Attempt(Peer peer, CompletableFuture<Boolean> refused) {}

  /**
   * @param blocking runs what waits for the network
   */
  PortProbe(Executor blocking) {
    this.blocking = blocking;
  }

  /** False when it accepts, and when nothing is heard in time. Blocks for so long. */
  boolean refuses(Peer peer) throws InterruptedException {
    try {
      return attempt(peer).get(ATTEMPT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      return false;
    } catch (ExecutionException never) {
      throw new IllegalStateException("an attempt to connect failed", never);
    }
  }

  private synchronized CompletableFuture<Boolean> attempt(Peer peer) {
    Optional<Attempt> underWay =
        latest.filter(one -> one.peer().equals(peer) && !one.refused().isDone());
    if (underWay.isPresent()) {
      return underWay.get().refused();
    }
    CompletableFuture<Boolean> refused = new CompletableFuture<>();
    latest = Optional.of(new Attempt(peer, refused));
    blocking.execute(() -> {
      try {
        refused.complete(dial(peer));
      } finally {
        refused.complete(false);
      }
    });
    return refused;
  }

  private static boolean dial(Peer peer) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(peer.host(), peer.port()), ATTEMPT_MS);
      return false;
    } catch (ConnectException refused) {
      // the kernel's own time-out is reported so too, but comes after minutes and not within ours
      return true;
    } catch (IOException silentOrUnknown) {
      return false;
    }
  }
}
