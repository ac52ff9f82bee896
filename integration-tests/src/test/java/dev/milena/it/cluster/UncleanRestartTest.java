package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.Tool;
import dev.milena.proto.v1.PartitionDescription;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes, of which one is killed, and stopped: where its replicas stand when it comes back,
 * under each flush.policy (replication rule 7).
 *
 * <p>The topic of three replicas wants all of them in sync, so that whoever leaves stays eligible:
 * only in that does a kill differ from a stop.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(120)
class UncleanRestartTest {
  private static final String SHARED = "shared";
  private static final String ALONE = "alone";
  private static final int PARTITIONS = 3;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  /** A node that does not lead the quorum. */
  private int victim;

  /** Where another node serves clients. */
  private String other = "";

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void underReplicatedAKillCostsThePlaceAndAStopDoesNot() throws Exception {
    start("replicated");
    int led = topicsWithARecord();
    PartitionDescription before = alone(led);

    cluster.kill(victim);
    awaitEligible();
    cluster.start(victim);

    List<String> said = Journal.changes(other, ALONE);
    assertTrue(
        said.contains(
            "alone-%s has no leader, epoch %s, replicas %s, in sync none, last known leader %s"
                .formatted(led, before.getLeaderEpoch() + 1, victim, victim)),
        said.toString());
    assertLeadsAgain(led, before);
    awaitInSync();
    assertFalse(keptItsPlace(Journal.changes(other, SHARED)));

    int seen = Journal.changes(other, SHARED).size();
    int seenAlone = said.size();
    PartitionDescription afterKill = alone(led);
    assertEquals(0, cluster.stop(victim));
    awaitEligible();
    cluster.start(victim);
    awaitInSync();

    assertTrue(keptItsPlace(since(seen, Journal.changes(other, SHARED))));
    assertNobodyIsLastKnown(since(seenAlone, Journal.changes(other, ALONE)));
    assertLeadsAgain(led, afterKill);
  }

  @Test
  void underAckAKillKeepsThePlace() throws Exception {
    start("ack");
    int led = topicsWithARecord();
    PartitionDescription before = alone(led);

    cluster.kill(victim);
    awaitEligible();
    cluster.start(victim);
    awaitInSync();

    assertTrue(keptItsPlace(Journal.changes(other, SHARED)));
    assertNobodyIsLastKnown(Journal.changes(other, ALONE));
    assertLeadsAgain(led, before);
  }

  private void start(String policy) throws Exception {
    cluster = Cluster.of(folder, 3);
    cluster.dressAll(Cluster.Launch.with("flush.policy=" + policy));
    cluster.startAll();
    int leader = cluster.leader();
    victim = 1 + leader % 3;
    other = cluster.clientsOf(leader);
  }

  /** Makes both topics; the partition of one replica that the victim leads, with a record in it. */
  private int topicsWithARecord() throws Exception {
    Tool.kafkactl(
            cluster.node(victim),
            ("topics --create --topic %s --partitions %s --replication-factor 3"
                    + " --config min.insync.replicas=3")
                .formatted(SHARED, PARTITIONS)
                .split(" ", -1))
        .expecting(0);
    assertEquals(Outcome.DONE, topics.create(other, ALONE, PARTITIONS, 1));
    int led =
        topics.partitions(other, ALONE).stream()
            .filter(row -> row.getLeader() == victim)
            .findFirst()
            .orElseThrow()
            .getPartition();
    assertEquals(0, Records.append(cluster.clientsOf(victim), ALONE, led, "read before"));
    assertEquals("read before", Records.first(cluster.clientsOf(victim), ALONE, led));
    return led;
  }

  private PartitionDescription alone(int partition) {
    return topics.partitions(other, ALONE).get(partition);
  }

  /** The others know that it is gone, and count on it yet. */
  private void awaitEligible() {
    Cluster.await(
        "all replicas of the node that is gone are eligible",
        () ->
            topics.partitions(other, SHARED).stream()
                .allMatch(row -> row.getElrList().equals(List.of(victim))));
  }

  private void awaitInSync() {
    Cluster.await(
        "all replicas are in sync",
        () ->
            topics.partitions(other, SHARED).stream()
                .allMatch(row -> row.getIsrCount() == row.getReplicasCount()));
  }

  /** Whether in every row that was seen the victim is in sync or eligible. */
  private boolean keptItsPlace(List<String> said) {
    List<String> rows = said.stream().filter(one -> one.contains(", in sync ")).toList();
    assertTrue(rows.stream().anyMatch(one -> one.contains(", eligible " + victim)), said::toString);
    return rows.stream()
        .allMatch(one ->
            one.contains(", eligible " + victim)
                || one.replaceAll(".*, in sync ([0-9,]*).*", "$1")
                    .contains(Integer.toString(victim)));
  }

  private static void assertNobodyIsLastKnown(List<String> said) {
    assertTrue(said.stream().noneMatch(one -> one.contains("last known leader")), said::toString);
  }

  private void assertLeadsAgain(int partition, PartitionDescription before) throws Exception {
    PartitionDescription now = alone(partition);
    assertEquals(victim, now.getLeader());
    assertTrue(now.getLeaderEpoch() > before.getLeaderEpoch(), now::toString);
    assertEquals(List.of(victim), now.getIsrList());
    assertEquals("read before", Records.first(cluster.clientsOf(victim), ALONE, partition));
  }

  private static List<String> since(int seen, List<String> said) {
    return said.subList(seen, said.size());
  }
}
