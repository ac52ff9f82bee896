package dev.milena.node.settings;

import dev.milena.node.exit.CannotStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the node listens, from Kafka's listener keys and Milena's own.
 *
 * @param clients where clients are served
 * @param advertised what clients are told
 * @param quorum where the quorum listens
 * @param opensQuorum whether it does: a node that is a broker alone never opens it
 * @param http where /livez, /readyz and /metrics are
 */
record Listeners(
    Endpoint clients, Endpoint advertised, Endpoint quorum, boolean opensQuorum, Endpoint http) {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z][A-Za-z0-9_-]*)://(.*)");
  private static final List<String> PROTOCOLS =
      List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

  private record Named(String name, Endpoint endpoint) {}

  static Listeners of(SettingValues values, int nodeId) throws CannotStart {
    List<Named> listeners = parse(values, KafkaSettings.LISTENERS);
    List<String> controllers = values.parts(KafkaSettings.CONTROLLER_LISTENER_NAMES);
    SortedMap<String, String> protocols = protocols(values);
    Endpoint clients = clients(values, KafkaSettings.LISTENERS, listeners, controllers, protocols);
    Endpoint quorum = quorum(values, listeners, controllers, nodeId);
    Endpoint http = endpoint(values, MilenaSettings.HTTP_LISTENER);
    boolean opensQuorum = values.parts(KafkaSettings.PROCESS_ROLES).contains("controller");
    Listeners settled =
        new Listeners(
            clients,
            advertised(values, clients, controllers, protocols),
            quorum,
            opensQuorum,
            http);
    settled.checkPorts(values);
    return settled;
  }

  /** What the start has to say about them: a sentence each, none as a rule. */
  List<String> warnings(SettingValues values) throws CannotStart {
    List<String> warnings = new ArrayList<>();
    if (!opensQuorum) {
      unopened(values).ifPresent(warnings::add);
    }
    openToTheNetwork().ifPresent(warnings::add);
    return warnings;
  }

  /**
   * A quorum listener that was asked for and has no effect, in the words of other such settings.
   */
  private static Optional<String> unopened(SettingValues values) throws CannotStart {
    List<String> controllers = values.parts(KafkaSettings.CONTROLLER_LISTENER_NAMES);
    List<String> asked = new ArrayList<>();
    if (values.find(MilenaSettings.QUORUM_LISTENER).isPresent()) {
      asked.add(MilenaSettings.QUORUM_LISTENER.key());
    }
    for (Named listener : parse(values, KafkaSettings.LISTENERS)) {
      if (controllers.contains(listener.name())) {
        asked.add(
            "%s://%s in %s"
                .formatted(listener.name(), listener.endpoint(), KafkaSettings.LISTENERS.key()));
      }
    }
    return asked.isEmpty()
        ? Optional.empty()
        : Optional.of(
            SettingValues.ignored(
                asked,
                "process.roles is broker: a node that does not vote opens no quorum listener."));
  }

  /** The one sentence about a listener that a network can reach. */
  private Optional<String> openToTheNetwork() {
    List<String> open = new ArrayList<>();
    if (!clients.isLoopback()) {
      open.add("clients " + clients);
    }
    if (opensQuorum && !quorum.isLoopback()) {
      open.add("quorum " + quorum);
    }
    if (!http.isLoopback()) {
      open.add("http " + http);
    }
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "open to the network without authentication or encryption: "
                + String.join(", ", open)
                + "; whoever reaches it may read, write and delete everything");
  }

  private static List<Named> parse(SettingValues values, Setting key) throws CannotStart {
    List<Named> listeners = new ArrayList<>();
    for (String part : values.parts(key)) {
      Matcher named = NAMED.matcher(part);
      String name = named.matches() ? named.group(1) : "PLAINTEXT";
      Endpoint endpoint =
          Endpoint.parse(named.matches() ? named.group(2) : part)
              .orElseThrow(() ->
                  values.refusal(
                      key,
                      "%s is no address; allowed: %s; a HOST is a name of letters, digits, '.', '-' and '_', or a numeric address, an IPv6 one in brackets"
                          .formatted(part, key.type().allowed())));
      if (listeners.stream().anyMatch(other -> other.name().equals(name))) {
        throw values.refusal(key, "the listener " + name + " stands there twice");
      }
      listeners.add(new Named(name, endpoint));
    }
    return listeners;
  }

  private static SortedMap<String, String> protocols(SettingValues values) throws CannotStart {
    Setting key = KafkaSettings.LISTENER_SECURITY_PROTOCOL_MAP;
    SortedMap<String, String> protocols = new TreeMap<>();
    PROTOCOLS.forEach(protocol -> protocols.put(protocol, protocol));
    for (String part : values.parts(key)) {
      String[] pair = part.split(":", -1);
      if (pair.length != 2 || !PROTOCOLS.contains(pair[1])) {
        throw values.refusal(
            key,
            part
                + " is no pair; allowed: NAME:PROTOCOL with one of "
                + String.join(", ", PROTOCOLS));
      }
      protocols.put(pair[0], pair[1]);
    }
    return protocols;
  }

  /** The one address among these that is meant for clients. */
  private static Endpoint clients(
      SettingValues values,
      Setting key,
      List<Named> listeners,
      List<String> controllers,
      SortedMap<String, String> protocols)
      throws CannotStart {
    List<Named> ours = listeners.stream().filter(l -> !controllers.contains(l.name())).toList();
    for (Named listener : ours) {
      String protocol = protocols.get(listener.name());
      if (protocol == null) {
        throw values.refusal(
            key, "listener.security.protocol.map does not say what " + listener.name() + " speaks");
      }
      if (!protocol.equals("PLAINTEXT")) {
        throw values.refusal(
            key,
            "%s asks for %s, and TLS and logins are not built yet; allowed: PLAINTEXT://HOST:PORT"
                .formatted(listener.name(), protocol));
      }
    }
    if (ours.size() != 1) {
      throw values.refusal(
          key,
          "it names %s listeners for clients; Milena serves all clients on one: name exactly one"
              .formatted(ours.size()));
    }
    return ours.getFirst().endpoint();
  }

  private static Endpoint advertised(
      SettingValues values,
      Endpoint clients,
      List<String> controllers,
      SortedMap<String, String> protocols)
      throws CannotStart {
    Setting key = KafkaSettings.ADVERTISED_LISTENERS;
    List<Named> listeners = parse(values, key);
    if (listeners.stream().allMatch(listener -> controllers.contains(listener.name()))) {
      return clients.isEverywhere() ? clients.withHost("") : clients;
    }
    Endpoint advertised = clients(values, key, listeners, controllers, protocols);
    if (advertised.isEverywhere()) {
      throw values.refusal(key, "clients cannot connect to \"all interfaces\"; name a HOST");
    }
    return advertised;
  }

  private static Endpoint quorum(
      SettingValues values, List<Named> listeners, List<String> controllers, int nodeId)
      throws CannotStart {
    List<Named> named = listeners.stream().filter(l -> controllers.contains(l.name())).toList();
    if (named.size() > 1) {
      throw values.refusal(KafkaSettings.LISTENERS, "only one listener can be the quorum's");
    }
    if (values.find(MilenaSettings.QUORUM_LISTENER).isPresent()) {
      return endpoint(values, MilenaSettings.QUORUM_LISTENER);
    }
    if (!named.isEmpty()) {
      return named.getFirst().endpoint();
    }
    Optional<ClusterMembership.Voter> self =
        MembershipReader.voters(values).stream().filter(voter -> voter.id() == nodeId).findFirst();
    return self.isPresent()
        ? self.get().address()
        : endpoint(values, MilenaSettings.QUORUM_LISTENER);
  }

  private static Endpoint endpoint(SettingValues values, Setting key) throws CannotStart {
    return values
        .text(key)
        .flatMap(Endpoint::parse)
        .orElseThrow(() -> values.refusal(key, "allowed: " + key.type().allowed()));
  }

  private void checkPorts(SettingValues values) throws CannotStart {
    if (clash(clients, http)) {
      throw values.refusal(MilenaSettings.HTTP_LISTENER, "listeners has the same address");
    }
    if (opensQuorum && clash(quorum, http)) {
      throw values.refusal(MilenaSettings.HTTP_LISTENER, "the quorum has the same address");
    }
    if (opensQuorum && clash(clients, quorum)) {
      throw values.refusal(KafkaSettings.LISTENERS, "the quorum has the same address");
    }
  }

  private static boolean clash(Endpoint one, Endpoint other) {
    return one.port() == other.port()
        && one.port() != 0
        && (one.host().equals(other.host()) || one.isEverywhere() || other.isEverywhere());
  }
}
