package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import java.util.ArrayList;
import java.util.List;

/** A follower that believes nothing: it compares every step with what was agreed. */
final class Watcher implements MetadataFollower {
  private final History history;
  private long lastIndex = -2;
  private ClusterImage lastImage = ClusterImage.EMPTY;

  /** What was wrong; a follower must not throw. */
  final List<String> wrong = new ArrayList<>();

  int calls;

  Watcher(History history) {
    this.history = history;
  }

  @Override
  public synchronized void onApplied(long index, ImageDelta delta, ClusterImage image) {
    calls++;
    check(index > lastIndex, "went from " + lastIndex + " to " + index);
    check(image.equals(history.image(index)), "another image at " + index);
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

  synchronized long lastIndex() {
    return lastIndex;
  }

  synchronized void assertSawAllUpTo(long index) {
    assertEquals(List.of(), wrong);
    assertTrue(calls > 0);
    assertEquals(index, lastIndex);
  }
}
