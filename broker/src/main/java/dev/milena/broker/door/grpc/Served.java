package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.cluster.ClusterDesk;
import java.util.Optional;

/**
 * Who answers the calls that come through the door.
 *
 * @param core about topics and records
 * @param desk about the cluster; without one there is no ClusterService
 * @param peers what other nodes ask
 * @param nodes tells which calls come from them, and shows them which come from here
 */
public record Served(
    BrokerCore core, Optional<ClusterDesk> desk, PeerServices peers, Optional<KnownNodes> nodes) {
  /** A core alone, which no other node asks. */
  public static Served of(BrokerCore core) {
    return new Served(core, Optional.empty(), PeerServices.NONE, Optional.empty());
  }

  /** The same with somebody who looks after the cluster. */
  public Served with(ClusterDesk someone) {
    return new Served(core, Optional.of(someone), peers, nodes);
  }

  /** The same with services for other nodes. */
  public Served with(PeerServices services) {
    return new Served(core, desk, services, nodes);
  }

  /** The same as a node that knows others. */
  public Served with(KnownNodes others) {
    return new Served(core, desk, peers, Optional.of(others));
  }
}
