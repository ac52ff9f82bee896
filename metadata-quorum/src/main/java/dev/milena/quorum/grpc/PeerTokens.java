package dev.milena.quorum.grpc;

import dev.milena.metadata.IncarnationId;
import java.util.Optional;

/** The tokens of this node's broker. Any thread; answers from memory. */
public interface PeerTokens {
  /** Of this run; empty until it is known which run this is. */
  Optional<BrokerToken> own();

  /** Of a run of this broker: what proves to others that it was one, and is over. */
  Optional<BrokerToken> ofRun(IncarnationId run);

  /** A broker that has one token and had no other. */
  static PeerTokens only(BrokerToken token) {
    return new PeerTokens() {
      @Override
      public Optional<BrokerToken> own() {
        return Optional.of(token);
      }

      @Override
      public Optional<BrokerToken> ofRun(IncarnationId run) {
        return Optional.empty();
      }
    };
  }
}
