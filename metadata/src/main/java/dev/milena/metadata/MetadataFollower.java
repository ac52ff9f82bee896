package dev.milena.metadata;

/** Hears of every step of the applied metadata; see {@link MetadataView#follow}. */
@FunctionalInterface
public interface MetadataFollower {
  /**
   * Everything up to {@code index} is applied.
   *
   * <p>Called in ascending order of index, on the thread that applies (the first time on the one
   * that follows): it must not block, and must not throw, which halts a member. Hand the immutable
   * arguments to a mailbox.
   *
   * @param delta what is different from the image of the call before; often empty, since every
   *     applied entry is told
   */
  void onApplied(long index, ImageDelta delta, ClusterImage image);
}
