package dev.milena.quorum.ratis;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a member knows of the quorum's leader, at one moment.
 *
 * @param nodeId of the leader, if one is known
 * @param heardMs milliseconds since the quorum had a leader for sure: at a follower since the
 *     leader's last message, at the leader since a majority answered it; empty without a leader
 */
public record LeaderSight(OptionalInt nodeId, OptionalLong heardMs) {
  /** Of who knows of none. */
  public static final LeaderSight NONE = new LeaderSight(OptionalInt.empty(), OptionalLong.empty());
}
