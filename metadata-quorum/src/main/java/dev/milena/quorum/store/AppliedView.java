package dev.milena.quorum.store;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataView;
import dev.milena.quorum.view.PublishedView;

/** The view of a member: what it has applied, published by the apply thread. */
public final class AppliedView implements MetadataView {
  private final PublishedView<Applied> published;

  AppliedView(Applied first) {
    published = new PublishedView<>(first);
  }

  Applied applied() {
    return published.moment();
  }

  @Override
  public ClusterImage image() {
    return published.image();
  }

  @Override
  public long appliedIndex() {
    return published.appliedIndex();
  }

  @Override
  public void follow(MetadataFollower follower) {
    published.follow(follower);
  }

  /**
   * Publishes what is applied now; the apply thread.
   *
   * @param delta how the image differs from the one published before
   */
  void publish(Applied next, ImageDelta delta) {
    published.publish(next, delta);
  }

  /** Runs it when everything up to the index is applied, on the thread that applies, or at once. */
  public void whenApplied(long index, Runnable then) {
    published.whenApplied(index, then);
  }
}
