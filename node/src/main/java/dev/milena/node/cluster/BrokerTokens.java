package dev.milena.node.cluster;

import dev.milena.broker.door.grpc.KnownNodes;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.server.TokenHashes;

/**
 * The tokens of brokers as the image has their hashes, and this node's own.
 *
 * @param self its node.id
 * @param tokens of this node's broker
 */
public record BrokerTokens(int self, PeerTokens tokens, TokenHashes hashes) implements KnownNodes {
  @Override
  public byte[] token() {
    return tokens.own().map(BrokerToken::bytes).orElseGet(() -> new byte[0]);
  }

  @Override
  public boolean isTokenOf(int brokerId, byte[] token) {
    return token.length >= BrokerToken.MIN_BYTES
        && token.length <= BrokerToken.MAX_BYTES
        && hashes.isOf(brokerId, BrokerToken.of(token).hash());
  }
}
