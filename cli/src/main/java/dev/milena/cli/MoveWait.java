package dev.milena.cli;

import dev.milena.client.MilenaException;
import dev.milena.client.NoBrokerReachable;
import dev.milena.client.PartitionDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Waits until replicas have moved, and tells who watches how far they are. */
final class MoveWait {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** So many times as long as a look took nobody is asked: it may cost the cluster much. */
  private static final int SHARE = 4;

  private final Surroundings surroundings;
  private final WaitOptions options;
  private final String what;
  private final String next;

  /**
   * @param what moves, to begin a sentence: "the move of t-0"
   * @param next clauses with commands: how to look, and how to call it back
   */
  MoveWait(Surroundings surroundings, WaitOptions options, String what, String next) {
    this.surroundings = surroundings;
    this.options = options;
    this.what = what;
    this.next = next;
  }

  /** A partition that is not yet where it shall be. */
  record Left(String topic, PartitionDetails row) {
    /** {@code t-0 (in sync 1,2; waits for 4)}. */
    @Override
    public String toString() {
      List<Integer> missing = new ArrayList<>(row.target());
      missing.removeAll(row.isr());
      return "%s-%s (%s in sync%s)"
          .formatted(
              topic,
              row.partition(),
              row.isr().isEmpty() ? "nobody" : ids(row.isr()),
              missing.isEmpty() ? "" : ", waits for " + ids(missing));
    }

    private static String ids(List<Integer> ids) {
      return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /**
   * Looks until nothing is left.
   *
   * @throws CommandFailed when the time is up: what is left, that it goes on, and how to look; or
   *     as the look says
   */
  void until(Supplier<List<Left>> look) {
    long begin = System.nanoTime();
    Progress progress = new Progress(surroundings, "", begin);
    try (Interruption _ =
        Interruption.on(() -> {
          progress.erase();
          surroundings.say("kafkactl: %s goes on; %s".formatted(what, next));
        })) {
      List<Left> left = look(look, List.of());
      int most = left.size();
      while (!left.isEmpty()) {
        long now = System.nanoTime();
        most = Math.max(most, left.size());
        progress.show(words(left, most), now);
        if (now - begin >= TimeUnit.MILLISECONDS.toNanos(options.maxWaitMs())) {
          throw late(left);
        }
        left = look(look, left);
      }
    } finally {
      // nobody else erases it any more: the interruption is closed, and disarmed, before this
      progress.erase();
    }
  }

  /** What is left now; what was left last where nobody can tell at the moment. */
  private static List<Left> look(Supplier<List<Left>> look, List<Left> last) {
    if (!last.isEmpty()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    long before = System.nanoTime();
    try {
      List<Left> left = look.get();
      if (!left.isEmpty()) {
        LockSupport.parkNanos(SHARE * (System.nanoTime() - before));
      }
      return left;
    } catch (MilenaException failure) {
      if (last.isEmpty() || !(failure instanceof NoBrokerReachable || failure.retriable())) {
        throw failure;
      }
      return last;
    }
  }

  private static String words(List<Left> left, int most) {
    return left.size() == 1 && most == 1
        ? left.getFirst().toString()
        : "%s of %s partitions moved; %s".formatted(most - left.size(), most, left.getFirst());
  }

  private CommandFailed late(List<Left> left) {
    return CommandFailed.refused(
        "%s is not over after %s (--max-wait): %s left, the first %s; it goes on; %s"
            .formatted(
                what,
                options.maxWait(),
                Counts.of(left.size(), "partition"),
                left.getFirst(),
                next));
  }
}
