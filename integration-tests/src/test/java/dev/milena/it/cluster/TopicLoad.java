package dev.milena.it.cluster;

import dev.milena.it.cluster.TopicHistory.Outcome;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One writer at each node, who asks for topics all the while, whatever becomes of it: for some of
 * his own, and for some that all of them create, delete and look for. All that they see goes into a
 * {@link TopicHistory}.
 *
 * <p>The names that all want change every second, so that a name's history stays short enough to be
 * checked.
 */
final class TopicLoad {
  private static final int PATIENCE_MS = 2_000;
  private static final int CONTENDED_NAMES = 3;
  private static final long PAUSE_MS = 50;

  private final TopicHistory history;
  private final String prefix;
  private final long beganNanos = System.nanoTime();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Map<Integer, AtomicInteger> done = new TreeMap<>();
  private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Writers writers = new Writers();

  private TopicLoad(TopicHistory history, String prefix) {
    this.history = history;
    this.prefix = prefix;
  }

  /**
   * Begins.
   *
   * @param addresses of the nodes, by their ids
   * @param prefix of all names; no other load has it
   */
  static TopicLoad start(
      TopicHistory history,
      Map<Integer, String> addresses,
      String prefix,
      SplittableRandom random) {
    TopicLoad load = new TopicLoad(history, prefix);
    addresses.keySet().forEach(id -> load.done.put(id, new AtomicInteger()));
    addresses.forEach((id, address) -> {
      SplittableRandom own = random.split();
      load.writers.start("writer-" + id, () -> load.write(id, address, own));
    });
    return load;
  }

  private void write(int id, String address, SplittableRandom random) {
    for (int i = 0; !over.get(); i++) {
      if (random.nextInt(4) == 0) {
        String name = "%s-of-%s-%s".formatted(prefix, id, i);
        if (count(id, history.ask(address, name, 1, 1, PATIENCE_MS).outcome())) {
          acknowledged.add(name);
        }
      } else {
        contend(id, address, random);
      }
      long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
      Cluster.await("the next request", () -> System.nanoTime() >= next);
    }
  }

  private void contend(int id, String address, SplittableRandom random) {
    long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos);
    String name = "%s-%s-%s".formatted(prefix, second, random.nextInt(CONTENDED_NAMES));
    switch (random.nextInt(3)) {
      case 0 -> count(id, history.ask(address, name, 1, 1, PATIENCE_MS).outcome());
      case 1 -> count(id, history.delete(address, name, PATIENCE_MS));
      default -> history.look(address, name);
    }
  }

  private boolean count(int id, Outcome outcome) {
    if (outcome == Outcome.DONE) {
      done.getOrDefault(id, new AtomicInteger()).incrementAndGet();
    }
    return outcome == Outcome.DONE;
  }

  /** How many changes each of these nodes has acknowledged so far, by its id. */
  Map<Integer, Integer> done(Collection<Integer> ids) {
    Map<Integer, Integer> counts = new TreeMap<>();
    ids.forEach(id -> counts.put(id, done.getOrDefault(id, new AtomicInteger()).get()));
    return counts;
  }

  /** Whether each of them has acknowledged so many more than then; fails when a writer has. */
  boolean doneSince(Map<Integer, Integer> then, int more) {
    writers.assertNoneFailed();
    return then.entrySet().stream().allMatch(one -> doneSince(one, more));
  }

  /** Whether one of them has. */
  boolean doneSince(Map.Entry<Integer, Integer> then, int more) {
    writers.assertNoneFailed();
    return done.getOrDefault(then.getKey(), new AtomicInteger()).get() >= then.getValue() + more;
  }

  /** Ends it soon. */
  void abandon() {
    over.set(true);
  }

  /**
   * Ends it, and returns the names that were acknowledged and nobody else wanted; fails when a
   * writer has.
   */
  List<String> stop() throws InterruptedException {
    over.set(true);
    writers.join();
    return List.copyOf(acknowledged);
  }
}
