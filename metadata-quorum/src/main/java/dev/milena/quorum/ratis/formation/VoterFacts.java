package dev.milena.quorum.ratis.formation;

import java.util.Optional;
import java.util.SortedSet;

/**
 * What a leader knows when its voters are to change.
 *
 * @param self its cluster and name
 * @param voters as the log has them now
 * @param answering those that have answered it lately, itself among them
 * @param lingering those that it goes on sending the log to though they vote no longer, and who so
 *     do not learn of it
 * @param elsewhere where it is itself, if the others do not meet it where the log has it
 */
public record VoterFacts(
    Introduction self,
    Formation voters,
    SortedSet<PeerName> answering,
    SortedSet<PeerName> lingering,
    Optional<OwnAddress> elsewhere) {}
