package dev.milena.quorum.grpc.server;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.BrokerToken;
import java.util.Optional;

/** What the quorum keeps of the tokens of brokers. Any thread; answers from memory. */
@FunctionalInterface
public interface TokenHashes {
  /** The hash that a registered broker gave, as {@code BrokerToken.hash()}; empty when unknown. */
  Optional<String> of(int brokerId);

  /** Whether a registered broker has the token with this hash. */
  default boolean isOf(int brokerId, String tokenHash) {
    return of(brokerId).map(hash -> BrokerToken.sameHash(hash, tokenHash)).orElse(false);
  }

  /** As an image has them. */
  static TokenHashes in(MetadataView view) {
    return id -> view.image().broker(id).map(BrokerImage::tokenHash);
  }
}
