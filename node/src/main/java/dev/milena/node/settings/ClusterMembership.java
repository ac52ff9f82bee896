package dev.milena.node.settings;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How a node takes part in a cluster.
 *
 * @param clusterId cluster.id, when it is set
 * @param voters the first members of the quorum, sorted by id; this node alone when it is its own
 *     cluster, empty when it joins one that only {@code bootstrap} knows
 * @param bootstrap client addresses of brokers to ask about the cluster
 * @param mayVote whether this node has a quorum listener, and may become a voter by command
 * @param timing of the session with the quorum's leader
 */
public record ClusterMembership(
    Optional<UUID> clusterId,
    List<Voter> voters,
    List<Endpoint> bootstrap,
    boolean mayVote,
    SessionTiming timing) {
  /** One of controller.quorum.voters. */
  public record Voter(int id, Endpoint address) {
    @Override
    public String toString() {
      return id + "@" + address;
    }
  }

  /**
   * How long brokers are waited for.
   *
   * @param sessionMs broker.session.timeout.ms
   * @param heartbeatMs broker.heartbeat.interval.ms
   * @param balances auto.leader.rebalance.enable
   */
  public record SessionTiming(long sessionMs, long heartbeatMs, boolean balances) {}

  public ClusterMembership {
    voters = List.copyOf(voters);
    bootstrap = List.copyOf(bootstrap);
  }

  /**
   * The cluster that these settings speak of: cluster.id, or else the one of several voters of
   * these names. Empty when this node alone, or another node, decides it.
   */
  public Optional<UUID> cluster() {
    if (clusterId.isPresent() || voters.size() < 2) {
      return clusterId;
    }
    byte[] names = ("milena:" + voters).getBytes(StandardCharsets.UTF_8);
    return Optional.of(UUID.nameUUIDFromBytes(names));
  }

  /** Whether this node is the only one of the first voters. */
  public boolean isAlone(int nodeId) {
    return voters.size() == 1 && isNamed(nodeId);
  }

  /** Whether the settings name this node among the first voters. */
  public boolean isNamed(int nodeId) {
    return voters.stream().anyMatch(voter -> voter.id() == nodeId);
  }
}
