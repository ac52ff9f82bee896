package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five nodes, in parts that do not hear each other: what {@link SplitNetworkTest} says of three
 * holds of them, also when one hears two halves that do not hear each other, so that there are two
 * majorities.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats what is asked for, not the machine's timing.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SplitFiveTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());

  private Optional<SplitCluster> started = Optional.empty();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    System.out.println("cluster.seed=" + SEED);
    started = Optional.of(SplitCluster.start(folder, 5, SEED));
  }

  @AfterAll
  void end() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @BeforeEach
  void begin(TestInfo test) {
    split().begin(test.getTestMethod().orElseThrow().getName());
  }

  /** Whatever a test did, the cluster is as good as before. */
  @AfterEach
  void everythingIsThereAndAlike(TestInfo test) throws Exception {
    split().heal(test.getTestMethod().orElseThrow().getName());
    split().end();
  }

  @Test
  void twoOfFiveThatAreCutOffWithTheLeaderChangeNothingAndTheThreeGoOn() throws Exception {
    List<Integer> order = leaderFirst();
    List<Integer> two = order.subList(0, 2);
    List<Integer> three = order.subList(2, 5);
    split().part(List.of(two, three));

    split().awaitFenced(three, 2);
    split().awaitUseless(two);
    assertTrue(three.contains(split().onlyLeader()));
    split().awaitProgress(three);
  }

  @Test
  void withoutAnyMajorityOfFiveNothingIsAcknowledgedAndAllComesBack() throws Exception {
    List<Integer> order = leaderFirst();
    split().part(List.of(order.subList(0, 2), order.subList(2, 4), order.subList(4, 5)));
    split().awaitUseless(order);
  }

  @Test
  void aNodeThatHearsTwoHalvesFollowsTheLeaderOfOneAndTheOtherHalfChangesNothing()
      throws Exception {
    List<Integer> order = leaderFirst();
    List<Integer> half = order.subList(0, 2);
    int bridge = order.get(2);
    List<Integer> other = order.subList(3, 5);
    double before = split().term();
    long began = System.nanoTime();
    split().part(List.of(half, other));

    List<Integer> with = half.contains(split().onlyLeader()) ? half : other;
    List<Integer> without = with.equals(half) ? other : half;
    List<Integer> three = List.of(with.getFirst(), with.getLast(), bridge);
    split().awaitFenced(three, 2);
    split().awaitUseless(without);
    split().awaitProgress(three);
    split().assertFewTerms(before, began);
  }

  @Test
  void aLeaderThatHearsTwoHalvesLeadsBoth() throws Exception {
    List<Integer> order = leaderFirst();
    double before = split().term();
    long began = System.nanoTime();
    split().part(List.of(order.subList(1, 3), order.subList(3, 5)));

    for (int i = 0; i < 2; i++) {
      split().awaitProgressUnder(order.getFirst(), order);
    }
    split().assertFewTerms(before, began);
  }

  private List<Integer> leaderFirst() {
    List<Integer> order = new ArrayList<>(split().cluster().up());
    int leader = split().onlyLeader();
    order.removeIf(id -> id == leader);
    order.addFirst(leader);
    return order;
  }

  private SplitCluster split() {
    return started.orElseThrow();
  }
}
