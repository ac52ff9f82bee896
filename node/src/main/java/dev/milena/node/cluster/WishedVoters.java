package dev.milena.node.cluster;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.Optional;

/** Tells from the metadata what is wrong with a wish for a voter, before anybody is asked. Pure. */
final class WishedVoters {
  private WishedVoters() {}

  /** Why a node cannot vote, or not at this address; nothing where the node itself must say. */
  static Optional<String> fault(ClusterImage image, Voter wished) {
    Optional<BrokerImage> row = image.broker(wished.id());
    if (row.filter(broker -> !broker.fenced() && quorumAddress(broker).isEmpty()).isPresent()) {
      return Optional.of(
          "node %s is up as a broker alone (process.roles=broker) and has no quorum listener; start it without process.roles=broker, with a quorum.listener that the voters reach, then add it at that"
              .formatted(wished.id()));
    }
    return image.brokers().values().stream()
        .filter(broker -> isClientPort(broker, wished))
        .findFirst()
        .map(broker -> "%s; %s".formatted(whose(broker, wished), instead(image, wished)));
  }

  private static String whose(BrokerImage broker, Voter wished) {
    return "%s:%s is the clients' port of node %s%s"
        .formatted(
            wished.host(),
            wished.port(),
            broker.id(),
            broker.id() == wished.id() ? "" : ", and node %s is not there".formatted(wished.id()));
  }

  /** Of the node that was asked for, and no other. */
  private static String instead(ClusterImage image, Voter wished) {
    return "a voter is added at its own quorum listener"
        + image
            .broker(wished.id())
            .map(WishedVoters::quorumAddress)
            .filter(address -> !address.isEmpty())
            .map(address -> ": %s@%s".formatted(wished.id(), address))
            .orElse("");
  }

  private static boolean isClientPort(BrokerImage broker, Voter wished) {
    boolean sameHost = broker.host().equals(wished.host()) || broker.id() == wished.id();
    return sameHost
        && broker.port() == wished.port()
        && !quorumAddress(broker).endsWith(":" + wished.port());
  }

  private static String quorumAddress(BrokerImage broker) {
    return broker.description().quorumAddress();
  }
}
