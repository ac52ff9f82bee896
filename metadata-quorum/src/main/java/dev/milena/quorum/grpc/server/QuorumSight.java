package dev.milena.quorum.grpc.server;

import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the quorum looks from one member, at one moment.
 *
 * @param term as this member knows it
 * @param leader who leads, if it knows of one
 * @param voters node id to the address of the quorum listener
 */
public record QuorumSight(
    long term, Optional<Leader> leader, SortedMap<Integer, PeerAddress> voters) {
  /** Copies the voters. */
  public QuorumSight {
    voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
  }

  /**
   * The leader.
   *
   * @param heardAgoMs how long ago it was heard of: at a follower since its last message, at the
   *     leader since a majority answered it; at most an election's time-out
   */
  public record Leader(int nodeId, long heardAgoMs) {}
}
