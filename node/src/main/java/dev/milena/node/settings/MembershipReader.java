package dev.milena.node.settings;

import dev.milena.node.directory.ShownId;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.settings.ClusterMembership.SessionTiming;
import dev.milena.node.settings.ClusterMembership.Voter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Settles how a node takes part in a cluster: its role, the voters, whom it asks. */
final class MembershipReader {
  private final SettingValues values;
  private final int nodeId;

  private MembershipReader(SettingValues values, int nodeId) {
    this.values = values;
    this.nodeId = nodeId;
  }

  /** The named voters, sorted by id; empty when none are named. */
  static List<Voter> voters(SettingValues values) throws CannotStart {
    Setting key = KafkaSettings.CONTROLLER_QUORUM_VOTERS;
    List<Voter> voters = new ArrayList<>();
    for (String part : values.parts(key)) {
      String[] pair = part.split("@", -1);
      Optional<Endpoint> address =
          pair.length == 2 && pair[0].matches("\\d{1,9}")
              ? Endpoint.parse(pair[1])
              : Optional.empty();
      if (address.isEmpty() || address.get().isEverywhere()) {
        throw values.refusal(key, part + " is no voter; allowed: " + key.type().allowed());
      }
      Voter voter = new Voter(Integer.parseInt(pair[0]), address.get());
      for (Voter other : voters) {
        if (other.id() == voter.id() || other.address().equals(voter.address())) {
          throw values.refusal(
              key, "%s and %s are one node or one address; name each once".formatted(other, voter));
        }
      }
      voters.add(voter);
    }
    voters.sort(Comparator.comparingInt(Voter::id));
    return voters;
  }

  /**
   * Settles it.
   *
   * @param listeners where this node listens and what it is called, to know it among the addresses
   */
  static ClusterMembership of(SettingValues values, int nodeId, Listeners listeners)
      throws CannotStart {
    return new MembershipReader(values, nodeId).settle(listeners);
  }

  /**
   * What the start has to say about the voters: a sentence, or none. Several voters meet each other
   * at the addresses of the list, and a wrong one shows then; one alone is met by nobody.
   */
  static Optional<String> warning(SettingValues values, int nodeId, Listeners listeners)
      throws CannotStart {
    List<Voter> named = voters(values);
    int port = listeners.quorum().port();
    boolean elsewhere =
        listeners.opensQuorum()
            && named.size() == 1
            && named.getFirst().id() == nodeId
            && named.getFirst().address().port() != port
            && port != 0;
    return elsewhere
        ? Optional.of(
            "controller.quorum.voters names this node alone, at %s, and its quorum listens at %s (quorum.listener): nobody else is looked for, so only the latter counts; set them alike"
                .formatted(named.getFirst().address(), listeners.quorum()))
        : Optional.empty();
  }

  private ClusterMembership settle(Listeners listeners) throws CannotStart {
    Endpoint quorum = listeners.quorum();
    boolean controller = isController();
    List<Voter> named = voters(values);
    List<Endpoint> bootstrap = bootstrap(listeners);
    boolean isNamed = named.stream().anyMatch(voter -> voter.id() == nodeId);
    if (isNamed && !controller) {
      throw values.refusal(
          KafkaSettings.PROCESS_ROLES,
          "controller.quorum.voters names node %s, and a voter is broker,controller"
              .formatted(nodeId));
    }
    if (!isNamed && bootstrap.isEmpty() && (!named.isEmpty() || !controller)) {
      throw values.contradiction(
          KafkaSettings.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS,
          "node %s is not among controller.quorum.voters; a node that is no voter names brokers of"
                  .formatted(nodeId)
              + " the cluster to ask: controller.quorum.bootstrap.servers=HOST:9092,...; one that"
              + " votes by its own data is named among the voters, as before, until it is removed");
    }
    boolean alone = named.isEmpty() && bootstrap.isEmpty();
    return new ClusterMembership(
        clusterId(),
        alone ? List.of(new Voter(nodeId, quorum)) : named,
        bootstrap,
        controller,
        timing());
  }

  private boolean isController() throws CannotStart {
    List<String> roles = values.parts(KafkaSettings.PROCESS_ROLES);
    if (roles.equals(List.of("controller"))) {
      throw values.refusal(
          KafkaSettings.PROCESS_ROLES,
          "Milena has no separate controllers: every member of its quorum is a broker too."
              + " Allowed: broker,controller or broker");
    }
    return roles.contains("controller");
  }

  /**
   * Whom to ask. Kafka's own sample names there the quorum listener of the one node that it starts;
   * a node that would ask itself asks nobody.
   */
  private List<Endpoint> bootstrap(Listeners listeners) throws CannotStart {
    Endpoint quorum = listeners.quorum();
    String ownName = listeners.advertised().host();
    Setting key = KafkaSettings.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS;
    List<Endpoint> addresses = new ArrayList<>();
    for (String part : values.parts(key)) {
      addresses.add(
          Endpoint.parse(part)
              .filter(address -> !address.isEverywhere() && address.port() != 0)
              .orElseThrow(() ->
                  values.refusal(key, part + " is no address; allowed: " + key.type().allowed())));
    }
    addresses.removeIf(address ->
        listeners.opensQuorum()
            && address.port() == quorum.port()
            && (address.host().equals(quorum.host())
                || address.host().equals(ownName)
                || (address.isLoopback() && (quorum.isEverywhere() || quorum.isLoopback()))));
    return addresses;
  }

  private Optional<UUID> clusterId() throws CannotStart {
    Optional<String> text = values.text(MilenaSettings.CLUSTER_ID);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<UUID> id = ShownId.parse(text.get());
    if (id.isEmpty()) {
      throw values.refusal(
          MilenaSettings.CLUSTER_ID, "allowed: " + MilenaSettings.CLUSTER_ID.type().allowed());
    }
    return id;
  }

  private SessionTiming timing() throws CannotStart {
    long sessionMs = values.whole(KafkaSettings.BROKER_SESSION_TIMEOUT_MS).orElseThrow();
    long heartbeatMs = values.whole(KafkaSettings.BROKER_HEARTBEAT_INTERVAL_MS).orElseThrow();
    if (2 * heartbeatMs > sessionMs) {
      throw values.refusal(
          KafkaSettings.BROKER_HEARTBEAT_INTERVAL_MS,
          "broker.session.timeout.ms is %s; allowed: at most half of it, so that one late beat is no death"
              .formatted(sessionMs));
    }
    return new SessionTiming(
        sessionMs, heartbeatMs, values.flag(KafkaSettings.AUTO_LEADER_REBALANCE_ENABLE));
  }
}
