package dev.milena.quorum.ratis.formation;

import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a voter knows when it decides whether to stand for election at once.
 *
 * @param self its name
 * @param current the voters as its log has them
 * @param previous the voters before a change that is under way, whose majority is needed too; empty
 *     when none is
 * @param lost whom it followed
 * @param refused whether the lost leader's port refused this voter's attempt to connect
 * @param own what it knows itself
 * @param others what those of the other voters know that answered
 */
public record StandFacts(
    PeerName self,
    SortedSet<PeerName> current,
    SortedSet<PeerName> previous,
    LostLeader lost,
    boolean refused,
    Witness own,
    SortedMap<PeerName, Witness> others) {}
