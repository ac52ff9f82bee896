package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.history.Finding.Kind;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories, clean ones and such with one thing wrong: the checker passes the former, finds
 * what is wrong in the latter, and finds whatever its naive twin does.
 *
 * <p>{@code -Dmilena.seed=SEED} repeats a run.
 */
@Timeout(60)
class HistoryCheckerTwinTest {
  private static final long SEED = Long.getLong("milena.seed", System.nanoTime());
  private static final int ROUNDS = 150;
  private static final int MOST_RECORDS = 60;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final int ALL = Integer.MAX_VALUE;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void cleanHistoriesArePassed() {
    for (int round = 0; round < ROUNDS; round++) {
      List<Event> clean = RandomHistory.clean(random, random.nextInt(MOST_RECORDS));
      assertEquals(Set.of(), found(clean), "seed " + SEED);
      assertEquals(Set.of(), NaiveChecker.judge(clean), "the twin, seed " + SEED);
    }
  }

  @Test
  void whateverIsWrongIsFound() {
    Map<Kind, Integer> tried = new EnumMap<>(Kind.class);
    for (int round = 0; round < ROUNDS; round++) {
      List<Event> clean = RandomHistory.clean(random, random.nextInt(MOST_RECORDS));
      for (Kind kind : Kind.values()) {
        Optional<List<Event>> spoilt = Spoiling.with(kind, clean, random);
        spoilt.ifPresent(events -> {
          tried.merge(kind, 1, Integer::sum);
          Set<Finding> found = found(events);
          assertTrue(
              found.stream().anyMatch(one -> one.kind() == kind),
              () -> "%s is not among %s, seed %s".formatted(kind, found, SEED));
          assertEquals(NaiveChecker.judge(events), found, kind + ", seed " + SEED);
        });
      }
    }
    for (Kind kind : Kind.values()) {
      assertTrue(tried.getOrDefault(kind, 0) > ROUNDS / 10, kind + " was hardly tried: " + tried);
    }
  }

  @Test
  void ofSeveralThingsThatAreWrongAllAreFound() {
    for (int round = 0; round < ROUNDS; round++) {
      List<Event> events = RandomHistory.clean(random, random.nextInt(MOST_RECORDS));
      for (int i = random.nextInt(5); i > 0; i--) {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        events = Spoiling.with(kind, events, random).orElse(events);
      }
      assertEquals(NaiveChecker.judge(events), found(events), "seed " + SEED);
    }
  }

  private static Set<Finding> found(List<Event> events) {
    HistoryChecker checker = new HistoryChecker(ALL);
    events.forEach(checker::take);
    return checker.judge().kept().stream()
        .map(Finding::bare)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
