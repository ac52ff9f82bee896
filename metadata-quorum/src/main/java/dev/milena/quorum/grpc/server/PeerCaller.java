package dev.milena.quorum.grpc.server;

import io.grpc.Context;
import io.grpc.Status;

/** Who makes a call, as far as its headers say; whether it is true is asked of the image. */
sealed interface PeerCaller {
  /** Of the call that is being handled. */
  Context.Key<PeerCaller> KEY = Context.key("milena-peer-caller");

  /** Where the call comes from, for the journal and the log. */
  String address();

  /** Says nothing of itself. */
  record Stranger(String address) implements PeerCaller {}

  /**
   * Says which broker it is.
   *
   * @param tokenHash of the token it has shown
   */
  record Broker(int id, String tokenHash, String address) implements PeerCaller {}

  /** Whether it is the broker that it says it is. */
  default boolean isKnown(TokenHashes hashes) {
    return switch (this) {
      case Stranger stranger -> false;
      case Broker broker -> hashes.isOf(broker.id(), broker.tokenHash());
    };
  }

  /** What a caller is told that is not known and would have to be. */
  static Status unknown() {
    return Status.UNAUTHENTICATED.withDescription(
        "only a registered broker may ask this; this node does not know the caller");
  }

  /** The caller of the call on this thread; only inside a handler's first method. */
  static PeerCaller current() {
    PeerCaller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("a service of milena.peer.v1 stands behind no PeerGate");
    }
    return caller;
  }
}
