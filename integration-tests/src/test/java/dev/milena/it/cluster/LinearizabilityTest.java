package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.Linearizability.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge is judged: histories of one register, of which some cannot have been. */
@Timeout(30)
class LinearizabilityTest {
  private static final long NEVER = Long.MAX_VALUE;

  @Test
  void aReadAfterAWriteSeesIt() {
    assertTrue(holds(write(0, 10, 1), read(20, 30, 1)));
    assertFalse(holds(write(0, 10, 1), read(20, 30, 0)));
  }

  @Test
  void aReadDuringAWriteMaySeeEither() {
    assertTrue(holds(write(0, 10, 1), read(5, 6, 0)));
    assertTrue(holds(write(0, 10, 1), read(5, 6, 1)));
  }

  @Test
  void whatWasSeenOnceIsNotUnseen() {
    assertFalse(holds(write(0, 100, 1), read(10, 20, 1), read(30, 40, 0)));
  }

  @Test
  void aWriteWithoutAnAnswerMayHaveHappenedOrNot() {
    assertTrue(holds(write(0, NEVER, 1), read(10, 20, 0), read(30, 40, 0)));
    assertTrue(holds(write(0, NEVER, 1), read(10, 20, 0), read(30, 40, 1)));
    assertFalse(holds(write(0, NEVER, 1), read(10, 20, 1), read(30, 40, 0)));
  }

  @Test
  void nothingHappensBeforeItWasAskedFor() {
    assertFalse(holds(read(0, 10, 1), write(20, 30, 1)));
  }

  @Test
  void twoWritesAtOnceHaveOneOrder() {
    assertTrue(holds(write(0, 10, 1), write(0, 10, 2), read(20, 30, 1)));
    assertFalse(holds(write(0, 10, 1), write(0, 10, 2), read(20, 30, 1), read(40, 50, 2)));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static boolean holds(Operation<Integer>... operations) {
    return Linearizability.holds(List.of(operations), 0);
  }

  private static Operation<Integer> write(long called, long answered, int value) {
    return new Operation<>(called, answered, _ -> Optional.of(value), "write " + value);
  }

  private static Operation<Integer> read(long called, long answered, int value) {
    return new Operation<>(
        called,
        answered,
        state -> state == value ? Optional.of(state) : Optional.empty(),
        "read " + value);
  }
}
