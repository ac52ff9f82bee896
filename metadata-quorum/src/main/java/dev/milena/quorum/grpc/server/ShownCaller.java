package dev.milena.quorum.grpc.server;

import java.util.Optional;

/**
 * The broker as which a call has come, for services of others that stand behind the gate; whether
 * it is true is asked of the image.
 *
 * @param broker id
 * @param tokenHash of the token that came with the call
 */
public record ShownCaller(int broker, String tokenHash) {
  /** Of the call on this thread; only inside a handler's first method. */
  public static Optional<ShownCaller> current() {
    return switch (PeerCaller.current()) {
      case PeerCaller.Stranger _ -> Optional.empty();
      case PeerCaller.Broker(int id, String tokenHash, String _) ->
          Optional.of(new ShownCaller(id, tokenHash));
    };
  }
}
