package dev.milena.quorum.store;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The view of a member: what it has applied, published by the apply thread.
 *
 * <p>One immutable object is published for each step, so that image, index and hashes always fit
 * together. The lock orders publishing with a follower's beginning and with waiting; readers take
 * none.
 */
public final class AppliedView implements MetadataView {
  private final Object publishing = new Object();
  private final List<MetadataFollower> followers = new ArrayList<>();
  private final TreeMap<Long, List<Runnable>> waiting = new TreeMap<>();
  private volatile Applied applied;

  AppliedView(Applied first) {
    applied = first;
  }

  Applied applied() {
    return applied;
  }

  @Override
  public ClusterImage image() {
    return applied.stored().state().image();
  }

  @Override
  public long appliedIndex() {
    return applied.index();
  }

  @Override
  public void follow(MetadataFollower follower) {
    synchronized (publishing) {
      ImageDelta whole = ImageDelta.between(ClusterImage.EMPTY, image());
      follower.onApplied(appliedIndex(), whole, image());
      followers.add(follower);
    }
  }

  /**
   * Publishes what is applied now; the apply thread.
   *
   * @param delta how the image differs from the one published before
   */
  void publish(Applied next, ImageDelta delta) {
    List<Runnable> reached = new ArrayList<>();
    synchronized (publishing) {
      applied = next;
      for (MetadataFollower follower : followers) {
        follower.onApplied(next.index(), delta, next.stored().state().image());
      }
      while (!waiting.isEmpty() && waiting.firstKey() <= next.index()) {
        reached.addAll(waiting.pollFirstEntry().getValue());
      }
    }
    reached.forEach(Runnable::run);
  }

  /** Runs it when everything up to the index is applied, on the thread that applies, or at once. */
  public void whenApplied(long index, Runnable then) {
    synchronized (publishing) {
      if (appliedIndex() < index) {
        waiting.computeIfAbsent(index, i -> new ArrayList<>()).add(then);
        return;
      }
    }
    then.run();
  }
}
