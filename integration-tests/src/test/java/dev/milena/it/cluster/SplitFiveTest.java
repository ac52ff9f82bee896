package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Five nodes, in parts that do not hear each other: what {@link SplitNetworkTest} says of three
 * holds of them, also when one hears two halves that do not hear each other, so that there are two
 * majorities.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class SplitFiveTest extends SplitSetUp {
  SplitFiveTest() {
    super(5);
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
    split().awaitFencedOrUseless(without);
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
}
