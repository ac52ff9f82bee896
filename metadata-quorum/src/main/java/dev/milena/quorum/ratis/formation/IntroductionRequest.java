package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node asks another on the quorum's port.
 *
 * @param clusterId of the caller
 * @param caller its name
 * @param join the voters there are, when the caller leads them and wants the other to become one
 */
public record IntroductionRequest(String clusterId, PeerName caller, Optional<Formation> join) {}
