package dev.milena.metadata;

import org.pcollections.TreePMap;

/**
 * A registered broker.
 *
 * @param incarnation its latest run
 * @param tokenHash SHA-256 of that run's token, as Base64url; empty when the run has no token, so
 *     that nobody can act in its name
 * @param directories its data directories, each with the incarnation that the quorum saw there last
 * @param brokerEpoch raised at every change of this row; compare-and-set on it
 */
public record BrokerImage(
    int id,
    BrokerDescription description,
    IncarnationId incarnation,
    String tokenHash,
    TreePMap<DirectoryId, IncarnationId> directories,
    BrokerStanding standing,
    long brokerEpoch) {
  /** See {@link BrokerDescription#host}. */
  public String host() {
    return description.host();
  }

  /** See {@link BrokerDescription#port}. */
  public int port() {
    return description.port();
  }

  /** See {@link BrokerDescription#rack}. */
  public String rack() {
    return description.rack();
  }

  /** See {@link BrokerStanding#fenced}. */
  public boolean fenced() {
    return standing.fenced();
  }

  /** See {@link BrokerStanding#stopping}. */
  public boolean stopping() {
    return standing.stopping();
  }

  /** Whether it is up and not about to go: may lead, and be in sync. */
  public boolean mayLead() {
    return !fenced() && !stopping();
  }

  /** The same run, standing otherwise since this epoch. */
  BrokerImage with(BrokerStanding now, long epoch) {
    return new BrokerImage(id, description, incarnation, tokenHash, directories, now, epoch);
  }
}
