package dev.milena.broker.core.serving;

import dev.milena.metadata.BrokerDescription;

/**
 * What a broker registers under, beside its run and its disks.
 *
 * @param description where it is reached, and where it stands
 * @param credentials what proves to other nodes that a run is this broker's
 */
public record Registrant(BrokerDescription description, RunCredentials credentials) {
  /** A broker that makes no calls to other nodes. */
  public static Registrant alone(String host, int port, String rack) {
    return new Registrant(new BrokerDescription(host, port, rack, "", "", false), run -> "");
  }
}
