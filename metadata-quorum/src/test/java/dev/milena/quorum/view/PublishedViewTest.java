package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ImageDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PublishedViewTest {
  private final History history = new History(3, 400);
  private final PublishedView<At> view = new PublishedView<>(At.NOTHING);

  @Test
  void whoeverFollowsWhileStepsArePublishedSeesAllOfThemOnce() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Thread publisher =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < history.entries(); i++) {
                publish(i);
              }
              done.countDown();
            });

    List<Watcher> watchers = new ArrayList<>();
    while (done.getCount() > 0 && watchers.size() < 200) {
      Watcher watcher = new Watcher(history::image);
      view.follow(watcher);
      watchers.add(watcher);
    }

    assertTrue(done.await(20, TimeUnit.SECONDS));
    publisher.join(20_000);
    watchers.forEach(watcher -> watcher.assertSawAllUpTo(history.entries() - 1));
  }

  @Test
  void whoWaitsForAnIndexIsLetGoInItsOrderAndAtOnceWhenItIsThere() {
    List<String> order = new ArrayList<>();
    view.whenApplied(2, () -> order.add("two"));
    view.whenApplied(0, () -> order.add("zero"));
    view.whenApplied(-1, () -> order.add("at once"));

    publish(0);
    publish(1);
    publish(2);
    view.whenApplied(2, () -> order.add("there already"));

    assertEquals(List.of("at once", "zero", "two", "there already"), order);
  }

  private void publish(int index) {
    ImageDelta delta = history.step(index).delta();
    view.publish(new At(index, history.image(index)), delta);
  }
}
