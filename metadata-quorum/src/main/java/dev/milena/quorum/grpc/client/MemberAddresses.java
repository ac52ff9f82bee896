package dev.milena.quorum.grpc.client;

import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.List;

/**
 * The client ports of nodes that have a member of the quorum, as far as is known: those of the
 * settings, and those of the brokers in the image that have one. Any thread; asked before every
 * attempt, so that nodes which come and go are found.
 */
@FunctionalInterface
public interface MemberAddresses {
  /** Those known now; none twice. */
  List<PeerAddress> now();
}
