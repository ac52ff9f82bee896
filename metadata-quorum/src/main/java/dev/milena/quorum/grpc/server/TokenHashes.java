package dev.milena.quorum.grpc.server;

import java.util.Optional;

/** What the quorum keeps of the tokens of brokers. Any thread; answers from memory. */
@FunctionalInterface
public interface TokenHashes {
  /** The hash that a registered broker gave, as {@code BrokerToken.hash()}; empty when unknown. */
  Optional<String> of(int brokerId);
}
