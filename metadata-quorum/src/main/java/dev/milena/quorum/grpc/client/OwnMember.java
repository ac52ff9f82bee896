package dev.milena.quorum.grpc.client;

import dev.milena.metadata.MetadataView;
import dev.milena.quorum.view.FollowedPlace;
import java.util.OptionalLong;

/** This node's own member of the quorum, as a source of its broker's view. Any thread. */
public interface OwnMember {
  /** What it has applied; the same object as long as it is the same member. */
  MetadataView view();

  /** Where a stream would have to go on from it. */
  FollowedPlace place();

  /** How long ago it heard of the leader, in milliseconds; empty when it knows of none now. */
  OptionalLong leaderHeardAgoMs();

  /**
   * For how long it has not applied what it had in its log or knew to be agreed on, in
   * milliseconds; some hundred at most while all is well. Waits for nothing.
   */
  long behindMs();
}
