package dev.milena.quorum.ratis.formation;

import java.util.SortedSet;

/**
 * What a leader knows when its voters are to change.
 *
 * @param self its cluster and name
 * @param voters as the log has them now
 * @param answering those that have answered it lately, itself among them
 */
public record VoterFacts(Introduction self, Formation voters, SortedSet<PeerName> answering) {}
