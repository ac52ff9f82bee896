package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.TopicChange;
import dev.milena.client.TopicDetails;
import dev.milena.it.metrics.MetricsPage;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SharedDisk;
import dev.milena.it.process.Tool;
import dev.milena.it.process.Tool.Ended;
import dev.milena.quorum.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, looked at and changed with the tool: any of them answers, whoever leads. */
@Timeout(420)
class ClusterAdministrationTest {
  private static final int NODES = 3;
  private static final int NOBODY = 0;
  private static final Pattern LEADER = Pattern.compile("\"(?:leader|quorumLeader)\" : ([0-9]+)");
  private static final Pattern VOTER = Pattern.compile("\"id\" : ([0-9]+)");

  @TempDir Path folder;

  private final List<Integer> quorumPorts = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();

  private void start() throws Exception {
    for (int i = 0; i < NODES; i++) {
      quorumPorts.add(FreePorts.take());
    }
    for (int id = 1; id <= NODES; id++) {
      nodes.add(node(id));
    }
    for (NodeProcess node : nodes) {
      node.awaitReady();
    }
  }

  @AfterEach
  void endWhatRuns() throws Exception {
    for (NodeProcess node : nodes) {
      node.close();
    }
  }

  private NodeProcess node(int id) throws IOException {
    String voters =
        IntStream.rangeClosed(1, NODES).mapToObj(this::voter).collect(Collectors.joining(","));
    Path settings =
        Files.writeString(
            folder.resolve("node-%s.properties".formatted(id)),
            """
            node.id=%s
            controller.quorum.voters=%s
            listeners=127.0.0.1:0
            http.listener=127.0.0.1:0
            quorum.listener=127.0.0.1:%s
            log.dirs=%s
            disk.stall.ms=%s
            """
                .formatted(
                    id,
                    voters,
                    quorumPorts.get(id - 1),
                    folder.resolve("data-" + id),
                    SharedDisk.STALL_MS));
    return NodeProcess.run(
        folder.resolve("said-" + id), Map.of(), List.of("start", settings.toString()));
  }

  private String voter(int id) {
    return "%s@127.0.0.1:%s".formatted(id, quorumPorts.get(id - 1));
  }

  /** The tool asks one node. */
  private Ended ask(int id, String... arguments) throws Exception {
    return Tool.kafkactl(nodes.get(id - 1), arguments);
  }

  /**
   * Who leads, as all of these nodes say in both ways; on a busy machine another may lead by the
   * next question, or nobody for a moment.
   *
   * @param butNot who is gone, or 0
   */
  private int leaderOfAll(List<Integer> asked, int butNot) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<String> said = answersOf(asked);
    while (!isOneLeader(said, butNot)) {
      assertTrue(System.nanoTime() < end, said.toString());
      said = answersOf(asked);
    }
    return leaderIn(said.getFirst());
  }

  private List<String> answersOf(List<Integer> asked) throws Exception {
    List<String> said = new ArrayList<>();
    for (int id : asked) {
      said.add(quorum(id));
      said.add(cluster(id));
    }
    return said;
  }

  private static boolean isOneLeader(List<String> said, int butNot) {
    int leader = leaderIn(said.getFirst());
    return leader != NOBODY
        && leader != butNot
        && said.stream().allMatch(one -> leaderIn(one) == leader);
  }

  private static int leaderIn(String json) {
    Matcher leader = LEADER.matcher(json);
    return leader.find() ? Integer.parseInt(leader.group(1)) : NOBODY;
  }

  /** Waits until every node describes the cluster alike, with the disks of all. */
  private void awaitDescribedAlike() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<String> said = List.of(cluster(1), cluster(2), cluster(3));
    while (said.stream().distinct().count() > 1 || !hasAllDisks(said.getFirst())) {
      assertTrue(System.nanoTime() < end, said.toString());
      said = List.of(cluster(1), cluster(2), cluster(3));
    }
  }

  private boolean hasAllDisks(String described) {
    return IntStream.rangeClosed(1, NODES)
        .allMatch(id -> described.contains("\"path\" : \"" + folder.resolve("data-" + id)));
  }

  private static List<Integer> votersIn(String json) {
    Matcher voter = VOTER.matcher(json);
    List<Integer> ids = new ArrayList<>();
    while (voter.find()) {
      ids.add(Integer.parseInt(voter.group(1)));
    }
    return ids;
  }

  private String quorum(int asked) throws Exception {
    return ask(asked, "quorum", "--describe", "--json").expecting(0).text();
  }

  /** Without who answered, and without the room on the disks, which changes. */
  private String cluster(int asked) throws Exception {
    String text = ask(asked, "cluster", "--describe", "--json").expecting(0).text();
    return text.replaceAll("\"answeredBy\" : [0-9]+,\n", "")
        .replaceAll("\"freeBytes\" : [0-9]+", "");
  }

  @Test
  void everyNodeAnswersWhileLeadersGoAndVotersChange() throws Exception {
    start();
    ask(2, "topics", "--create", "--topic", "t", "--replication-factor", "1").expecting(0);
    awaitDescribedAlike();
    whatIsAlteredAtOneIsShownByTheOthersAtOnce();
    MetricsPage.read().awaitShownBy(nodes, List.of());
    int leader = leaderOfAll(List.of(1, 2, 3), NOBODY);
    for (int id = 1; id <= NODES; id++) {
      assertEquals(List.of(1, 2, 3), votersIn(quorum(id)));
    }

    nodes.get(leader - 1).kill();
    int other = leader % NODES + 1;
    int third = other % NODES + 1;
    int next = leaderOfAll(List.of(other, third), leader);
    awaitFenced(leader, third);
    nodes.set(leader - 1, node(leader).awaitReady());

    votersComeAndGo(leader, next);
    whoDidItIsKnown(other);
    whoChangedTheVotersIsKnown(other, leader);
    whoIsInUseStays(third, other);
  }

  /** All nodes are well: an answer is given when every broker has what it is about. */
  private void whatIsAlteredAtOneIsShownByTheOthersAtOnce() throws Exception {
    try (MilenaClient first = client(1);
        MilenaClient second = client(2);
        MilenaClient third = client(3)) {
      List<Admin> all = List.of(first.admin(), second.admin(), third.admin());
      for (int round = 0; round < 12; round++) {
        int partitions = 2 + round;
        String retentionMs = "" + (1_000_000 + round);
        all.get(round % NODES)
            .alterTopic(
                new TopicChange(
                    "t",
                    OptionalInt.of(partitions),
                    new TreeMap<>(Map.of("retention.ms", retentionMs)),
                    List.of()));
        for (int more = 1; more < NODES; more++) {
          Admin other = all.get((round + more) % NODES);
          TopicDetails described = other.describeTopics(List.of("t")).getFirst();
          assertEquals(partitions, described.partitions().size());
          assertEquals(retentionMs, described.configs().get("retention.ms"));
          assertEquals(partitions, other.listTopics().getFirst().partitionCount());
        }
      }
    }
  }

  private MilenaClient client(int id) throws IOException {
    return MilenaClient.connect(ClientSettings.of(nodes.get(id - 1).clients()));
  }

  /** Who was killed is fenced, and says nothing of its disks. */
  private void awaitFenced(int id, int asked) throws Exception {
    Pattern fenced =
        Pattern.compile(
            "(?s)\"id\" : %s,(?:(?!\"id\" :).)*\"state\" : \"fenced\"(?:(?!\"id\" :).)*\"logDirs\" : null"
                .formatted(id));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String described = cluster(asked);
    while (!fenced.matcher(described).find()) {
      assertTrue(System.nanoTime() < end, described);
      described = cluster(asked);
    }
  }

  /** The node that was killed is back, and follows. */
  private void votersComeAndGo(int follower, int leader) throws Exception {
    int neither = 1 + 2 + 3 - follower - leader;
    Ended removed = ask(neither, "quorum", "--remove-voter", "" + follower).expecting(0);
    assertTrue(removed.text().startsWith("Removed voter " + follower + ";"), removed.text());
    assertEquals(2, votersIn(quorum(neither)).size());
    awaitWithoutVote(follower);
    // a node without a vote knows whom to ask
    leaderOfAll(List.of(neither, follower), NOBODY);
    ask(follower, "audit", "--topic", "t").expecting(0);
    Ended again = ask(neither, "quorum", "--remove-voter", "" + follower).expecting(1);
    assertTrue(again.errors().contains("is not a voter"), again.errors());

    Ended added = ask(leader, "quorum", "--add-voter", voter(follower)).expecting(0);
    assertTrue(added.text().startsWith("Added voter " + follower + ";"), added.text());
    assertEquals(List.of(1, 2, 3), votersIn(quorum(neither)));
    Ended wrong = ask(neither, "quorum", "--add-voter", "7@127.0.0.1:1").expecting(1);
    assertTrue(wrong.errors().contains("node 7 does not answer"), wrong.errors());
  }

  /** A node hears a little later that its vote is gone, and is another voter from then on. */
  private void awaitWithoutVote(int id) throws Exception {
    NodeProcess node = nodes.get(id - 1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!node.errors().contains("this node has no vote in the quorum")) {
      assertTrue(!node.endsWithin(20, TimeUnit.MILLISECONDS), node.errors());
      assertTrue(System.nanoTime() < end, node.errors());
    }
  }

  private void whoDidItIsKnown(int asked) throws Exception {
    String audit = ask(asked, "audit", "--topic", "t", "--since", "1h").expecting(0).text();
    assertTrue(
        Pattern.compile(
                "(?m)^20\\S+Z\tANONYMOUS\t127\\.0\\.0\\.1:[0-9]+\tkafkactl\\S*.*\tcreated topic t \\(.{22}\\), 1 partition, replication factor 1$")
            .matcher(audit)
            .find(),
        audit);
    String all = ask(asked, "audit", "--json").expecting(0).text();
    assertTrue(all.contains("\"principal\" : \"broker:1\""), all);
    assertTrue(all.contains("broker 1 registered at 127.0.0.1:"), all);
  }

  /** The voters were formed by nobody, and changed by somebody. */
  private void whoChangedTheVotersIsKnown(int asked, int changed) throws Exception {
    String audit = ask(asked, "audit", "--since", "1h").expecting(0).text();
    String somebody = "(?m)^20\\S+Z\tANONYMOUS\t127\\.0\\.0\\.1:[0-9]+\tkafkactl\\S*.*\t";
    String voter = changed + "@127\\.0\\.0\\.1:[0-9]+ \\(directory .{22}\\); voters are now ";
    for (String expected :
        List.of(
            "(?m)^20\\S+Z\tbroker:[123]\t-\tmilena\tvoters of the quorum are 1@.*, 2@.*, 3@.*$",
            somebody + "removed voter " + voter + "[123],[123]$",
            somebody + "added voter " + voter + "1,2,3$")) {
      assertEquals(1, Pattern.compile(expected).matcher(audit).results().count(), expected + audit);
    }
    String ofTopic = ask(asked, "audit", "--topic", "t").expecting(0).text();
    assertTrue(!ofTopic.contains("voter"), ofTopic);
  }

  private void whoIsInUseStays(int asked, int inUse) throws Exception {
    Ended votes = ask(asked, "cluster", "--decommission", "" + inUse).expecting(1);
    assertTrue(votes.errors().contains("--remove-voter " + inUse), votes.errors());
    Ended unknown = ask(asked, "cluster", "--decommission", "9").expecting(1);
    assertTrue(unknown.errors().contains("broker 9 is not registered"), unknown.errors());
  }
}
