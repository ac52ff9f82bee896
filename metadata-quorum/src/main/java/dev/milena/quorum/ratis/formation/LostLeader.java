package dev.milena.quorum.ratis.formation;

/**
 * A leader whose connection to a voter has ended. That alone says little: it may live.
 *
 * @param term the one that it leads in
 */
public record LostLeader(PeerName leader, long term) {}
