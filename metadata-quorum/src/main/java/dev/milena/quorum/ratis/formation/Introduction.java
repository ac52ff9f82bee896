package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node says of itself on the quorum's port.
 *
 * @param formation the quorum it knows of, in which it may have no vote
 */
public record Introduction(String clusterId, PeerName peer, Optional<Formation> formation) {}
