package dev.milena.quorum.ratis.formation;

import java.util.OptionalLong;

/**
 * What a voter that takes part knows when a leader may be gone.
 *
 * @param last of its own log
 * @param term the latest that it knows of
 * @param leaderTerm in which a leader lives for all that it can tell, itself included; empty when
 *     it knows of none, or has just been refused at that leader's port
 */
public record Witness(LastEntry last, long term, OptionalLong leaderTerm) {}
