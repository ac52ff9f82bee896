package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A view that somebody publishes to: followers are told each step, and who waits for an index is
 * let go.
 *
 * <p>One immutable object is published for each step, so that all parts of it always fit together.
 * The lock orders publishing with a follower's beginning and with waiting; readers take none. One
 * thread at a time publishes.
 *
 * @param <M> what is published
 */
public final class PublishedView<M extends Moment> implements AwaitableView {
  private final Object publishing = new Object();
  private final List<MetadataFollower> followers = new ArrayList<>();
  private final TreeMap<Long, List<Runnable>> waiting = new TreeMap<>();
  private volatile M moment;

  /** A view that shows this until something is published. */
  public PublishedView(M first) {
    moment = first;
  }

  /** What was published last. */
  public M moment() {
    return moment;
  }

  @Override
  public ClusterImage image() {
    return moment.image();
  }

  @Override
  public long appliedIndex() {
    return moment.index();
  }

  @Override
  public void follow(MetadataFollower follower) {
    synchronized (publishing) {
      M now = moment;
      ImageDelta whole = ImageDelta.between(ClusterImage.EMPTY, now.image());
      follower.onApplied(now.index(), whole, now.image());
      followers.add(follower);
    }
  }

  /**
   * Publishes what is applied now; followers are told on this thread.
   *
   * @param delta how the image differs from the one published before
   */
  public void publish(M next, ImageDelta delta) {
    List<Runnable> reached = new ArrayList<>();
    synchronized (publishing) {
      moment = next;
      for (MetadataFollower follower : followers) {
        follower.onApplied(next.index(), delta, next.image());
      }
      while (!waiting.isEmpty() && waiting.firstKey() <= next.index()) {
        reached.addAll(waiting.pollFirstEntry().getValue());
      }
    }
    reached.forEach(Runnable::run);
  }

  @Override
  public void whenApplied(long index, Runnable then) {
    synchronized (publishing) {
      if (appliedIndex() < index) {
        waiting.computeIfAbsent(index, i -> new ArrayList<>()).add(then);
        return;
      }
    }
    then.run();
  }

  @Override
  public void forget(long index, Runnable then) {
    synchronized (publishing) {
      waiting.computeIfPresent(
          index, (i, those) -> those.remove(then) && those.isEmpty() ? null : those);
    }
  }
}
