package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** A follower that believes nothing: it compares every step with what was agreed. */
public final class Watcher implements MetadataFollower {
  private final LongFunction<ClusterImage> agreed;
  private long lastIndex = -2;
  private ClusterImage lastImage = ClusterImage.EMPTY;

  /** What was wrong; a follower must not throw. */
  private final List<String> wrong = new ArrayList<>();

  private int calls;

  /**
   * @param agreed the image at an index
   */
  public Watcher(LongFunction<ClusterImage> agreed) {
    this.agreed = agreed;
  }

  @Override
  public synchronized void onApplied(long index, ImageDelta delta, ClusterImage image) {
    calls++;
    check(index > lastIndex, "went from " + lastIndex + " to " + index);
    check(image.equals(agreed.apply(index)), "another image at " + index);
    ImageDelta difference = ImageDelta.between(lastImage, image);
    boolean covered =
        delta.brokers().containsAll(difference.brokers())
            && difference.topics().values().stream()
                .allMatch(topic ->
                    delta.topics().containsKey(topic.id())
                        && delta
                            .topics()
                            .get(topic.id())
                            .partitions()
                            .containsAll(topic.partitions()));
    check(covered, "the delta at " + index + " leaves something out");
    lastIndex = index;
    lastImage = image;
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  /** The last index it was told. */
  public synchronized long lastIndex() {
    return lastIndex;
  }

  /** How often it was told something. */
  public synchronized int calls() {
    return calls;
  }

  /** Fails unless every step was right and the last is this. */
  public synchronized void assertSawAllUpTo(long index) {
    assertEquals(List.of(), wrong);
    assertTrue(calls > 0);
    assertEquals(index, lastIndex);
  }
}
