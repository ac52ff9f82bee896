package dev.milena.metadata;

/**
 * The metadata as this node knows it; never goes back.
 *
 * <p>Any thread may call. On a member of the quorum it is fed by apply, elsewhere by the stream of
 * committed records.
 */
public interface MetadataView {
  /** The latest image. Ask once and keep it while several answers must fit together. */
  ClusterImage image();

  /**
   * Everything up to this index of the quorum's log is in {@link #image}; read it first, then the
   * image. -1 before the first entry.
   */
  long appliedIndex();

  /**
   * Tells the follower every change from now on, in order and without a gap. The first call it
   * gets, on the caller's thread before this returns, describes the present image as a change from
   * {@link ClusterImage#EMPTY}.
   */
  void follow(MetadataFollower follower);
}
