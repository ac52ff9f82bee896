package dev.milena.broker.core.serving;

import dev.milena.metadata.BrokerDescription;

/**
 * What a broker registers under, beside its run and its disks.
 *
 * @param description where it is reached, and where it stands
 * @param tokenHash SHA-256, in base64url, of the token that its calls to other nodes carry; empty
 *     for a broker that makes none
 */
public record Registrant(BrokerDescription description, String tokenHash) {
  /** A broker that makes no calls to other nodes. */
  public static Registrant alone(String host, int port, String rack) {
    return new Registrant(new BrokerDescription(host, port, rack, "", ""), "");
  }
}
