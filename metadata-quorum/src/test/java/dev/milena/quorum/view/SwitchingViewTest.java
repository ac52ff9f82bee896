package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ImageDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SwitchingViewTest {
  private static final int ENTRIES = 120;

  /** Something that applies the history at its own pace. */
  private static final class Applier {
    final History history;
    final PublishedView<At> view = new PublishedView<>(At.NOTHING);

    Applier(History history) {
      this.history = history;
    }

    void apply(int count) {
      for (int i = 0; i < count && view.appliedIndex() < history.entries() - 1; i++) {
        long next = view.appliedIndex() + 1;
        view.publish(new At(next, history.image(next)), history.step(next).delta());
      }
    }

    /** As after a snapshot, newer or older. */
    void jumpTo(long index) {
      ImageDelta delta = ImageDelta.between(view.image(), history.image(index));
      view.publish(new At(index, history.image(index)), delta);
    }
  }

  @Test
  void aSourceThatIsAheadIsGoneToInOneStepAndOneThatIsBehindIsWaitedFor() {
    History history = new History(1, ENTRIES);
    Applier ahead = new Applier(history);
    Applier behind = new Applier(history);
    SwitchingView view = new SwitchingView();
    Watcher watcher = new Watcher(history::image);
    view.follow(watcher);
    ahead.apply(50);
    behind.apply(20);
    SwitchingView.Source first = view.attach(behind.view);
    SwitchingView.Source second = view.attach(ahead.view);
    assertEquals(-1, view.appliedIndex());

    view.use(first);
    assertEquals(19, view.appliedIndex());
    view.use(second);
    assertEquals(49, view.appliedIndex());
    assertEquals(3, watcher.calls());
    view.use(first);
    behind.apply(30);
    assertEquals(49, view.appliedIndex());
    assertEquals(3, watcher.calls());
    ahead.apply(10);
    assertEquals(49, view.appliedIndex());
    behind.apply(2);
    assertEquals(5, watcher.calls());
    watcher.assertSawAllUpTo(51);
  }

  @Test
  void whoWaitsForAnIndexIsLetGoWhicheverSourceReachesIt() {
    History history = new History(1, ENTRIES);
    Applier one = new Applier(history);
    Applier other = new Applier(history);
    SwitchingView view = new SwitchingView();
    List<String> order = new ArrayList<>();
    view.whenApplied(10, () -> order.add("ten"));
    view.whenApplied(30, () -> order.add("thirty"));
    Runnable never = () -> order.add("never");
    view.whenApplied(20, never);
    view.use(view.attach(one.view));
    one.apply(15);
    view.forget(20, never);
    SwitchingView.Source second = view.attach(other.view);
    other.apply(40);
    view.use(second);

    assertEquals(List.of("ten", "thirty"), order);
  }

  @Test
  void noFollowerSeesAGapAStepBackOrAStepTwiceWhateverTheSourcesDo() {
    long first = Long.getLong("milena.seed", System.nanoTime());
    System.out.println("SwitchingViewTest seeds from " + first + " (-Dmilena.seed=" + first + ")");
    for (long seed = first; seed < first + 300; seed++) {
      random(seed);
    }
  }

  private static void random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    History history = new History(seed, ENTRIES);
    SwitchingView view = new SwitchingView();
    List<Applier> appliers = new ArrayList<>();
    List<SwitchingView.Source> sources = new ArrayList<>();
    List<Watcher> watchers = new ArrayList<>();
    for (int turn = 0; turn < 150; turn++) {
      int action = appliers.isEmpty() ? 0 : random.nextInt(12);
      int which = appliers.isEmpty() ? 0 : random.nextInt(appliers.size());
      switch (action) {
        case 0 -> {
          Applier fresh = new Applier(history);
          fresh.apply(random.nextInt(1 + (int) Math.max(0, view.appliedIndex() + 10)));
          appliers.add(fresh);
          sources.add(view.attach(fresh.view));
        }
        case 1, 2 -> view.use(sources.get(which));
        case 3 -> appliers.get(which).jumpTo(random.nextInt(ENTRIES));
        case 4 -> {
          Watcher watcher = new Watcher(history::image);
          view.follow(watcher);
          watchers.add(watcher);
        }
        default -> appliers.get(which).apply(1 + random.nextInt(3));
      }
    }
    view.use(sources.getLast());
    appliers.getLast().apply(ENTRIES);
    assertEquals(ENTRIES - 1, view.appliedIndex(), "seed " + seed);
    watchers.forEach(watcher -> watcher.assertSawAllUpTo(ENTRIES - 1));
  }

  @Test
  void aSourceThatIsNotShownDoesNotWaitForAFollower() throws Exception {
    History history = new History(1, ENTRIES);
    Applier shown = new Applier(history);
    Applier other = new Applier(history);
    SwitchingView view = new SwitchingView();
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    view.use(view.attach(shown.view));
    view.attach(other.view);
    view.follow((index, delta, image) -> {
      if (index >= 0) {
        stuck.countDown();
        awaitQuietly(free);
      }
    });
    Thread slow = Thread.ofPlatform().start(() -> shown.apply(1));
    assertTrue(stuck.await(20, TimeUnit.SECONDS));

    other.apply(ENTRIES);

    assertEquals(ENTRIES - 1, other.view.appliedIndex());
    free.countDown();
    slow.join(20_000);
    assertEquals(0, view.appliedIndex());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sourcesThatApplyOnTheirOwnThreadsMayBeSwitchedAtAnyMoment() throws Exception {
    History history = new History(9, 2_000);
    Applier member = new Applier(history);
    Applier stream = new Applier(history);
    SwitchingView view = new SwitchingView();
    Watcher watcher = new Watcher(history::image);
    view.follow(watcher);
    List<SwitchingView.Source> sources =
        List.of(view.attach(member.view), view.attach(stream.view));
    CountDownLatch switching = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(2);
    for (Applier applier : List.of(member, stream)) {
      Thread.ofPlatform()
          .start(() -> {
            awaitBegin(switching);
            applier.apply(2_000);
            done.countDown();
          });
    }
    int turn = 0;
    do {
      view.use(sources.get(turn++ % 2));
      switching.countDown();
    } while (!done.await(0, TimeUnit.SECONDS));
    view.use(sources.get(turn % 2));

    watcher.assertSawAllUpTo(1_999);
  }

  private static void awaitBegin(CountDownLatch switching) {
    try {
      switching.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted before it began", e);
    }
  }
}
