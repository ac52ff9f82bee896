package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.PartitionDescription;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three nodes on hosts of their own, between which packets are lost without a word. Whatever is
 * cut: a majority that hear each other go on; who is cut off from it changes nothing, says so, and
 * serves what needs no quorum; when the cables are whole again so is the cluster, within 30 s,
 * nothing that was acknowledged is gone, and all that was answered can have happened.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class SplitNetworkTest extends SplitSetUp {
  /** Longer than a session, and as long as five elections. */
  private static final long CUT_MS = 6_000;

  SplitNetworkTest() {
    super(3);
  }

  @Test
  void theLeaderCutOffFromTheQuorumAloneIsFencedAndChangesNothing() throws Exception {
    cutOff(split().onlyLeader());
  }

  @Test
  void aFollowerCutOffFromTheQuorumAloneIsFencedAndChangesNothing() throws Exception {
    cutOff(others(split().onlyLeader()).getFirst());
  }

  private void cutOff(int victim) throws Exception {
    List<Integer> others = others(victim);
    String replicated = split().create(victim, 6, 3);
    String own = split().create(victim, 6, 1);
    int led = firstLedBy(victim, own);
    assertTrue(
        partitions(victim, replicated).stream().anyMatch(one -> one.getLeader() == victim),
        replicated);
    split().part(List.of(List.of(victim), others));

    split().awaitFenced(others, 1);
    split().awaitUseless(List.of(victim));
    assertTrue(others.contains(split().onlyLeader()));
    List<PartitionDescription> then = partitions(victim, replicated);
    for (PartitionDescription now : partitions(others.getFirst(), replicated)) {
      assertTrue(now.getLeader() != victim, now.toString());
      assertFalse(now.getIsrList().contains(victim), now.toString());
      PartitionDescription old = then.get(now.getPartition());
      assertTrue(
          now.getLeaderEpoch() > old.getLeaderEpoch() || now.getLeader() == old.getLeader(),
          "two leaders of one epoch: " + old + now);
    }
    String address = split().cluster().clientsOf(victim);
    assertEquals(0, Records.append(address, own, led, "meanwhile"));
    split().awaitProgress(others);
    assertEquals(then, partitions(victim, replicated), "changed on its own");

    split().heal("node " + victim + " alone");
    assertEquals("meanwhile", Records.first(address, own, led));
  }

  private int firstLedBy(int node, String topic) {
    return partitions(node, topic).stream()
        .filter(one -> one.getLeader() == node)
        .findFirst()
        .orElseThrow()
        .getPartition();
  }

  @Test
  void withoutAnyMajorityNothingIsAcknowledgedAndAllComesBack() throws Exception {
    split().part(List.of(List.of(1), List.of(2), List.of(3)));
    split().awaitUseless(split().cluster().up());
  }

  @Test
  void packetsThatAreLostOneWayNeitherStopTheQuorumNorMakeItElectAgainAndAgain() throws Exception {
    for (int from = 1; from <= 3; from++) {
      for (int to : others(from)) {
        loseOneWay(from, to);
      }
    }
  }

  private void loseOneWay(int from, int to) throws Exception {
    String lost = "packets lost from %s to %s".formatted(from, to);
    int leader = split().onlyLeader();
    double before = split().term();
    long began = System.nanoTime();
    split().cutOneWay(from, to);

    // Who cannot speak with the leader goes without; two followers do not need each other.
    List<Integer> heard =
        split().cluster().up().stream()
            .filter(id -> (from != leader || id != to) && (to != leader || id != from))
            .toList();
    split().awaitProgressUnder(leader, heard);
    do {
      split().awaitProgressOfMajority();
    } while (System.nanoTime() < began + TimeUnit.MILLISECONDS.toNanos(CUT_MS));
    split().awaitProgressUnder(leader, heard);

    split().heal(lost + ", under leader " + leader);
    split().assertFewTerms(before, began);
  }

  private List<PartitionDescription> partitions(int at, String topic) {
    return split().topics().partitions(split().cluster().clientsOf(at), topic);
  }

  private List<Integer> others(int than) {
    return split().cluster().up().stream().filter(id -> id != than).toList();
  }
}
