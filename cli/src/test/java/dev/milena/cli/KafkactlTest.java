package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.FakeCluster;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands against brokers in this process. */
class KafkactlTest {
  private final FakeCluster cluster = new FakeCluster(1);
  private ToolRun tool = new ToolRun("");

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Runs a command, split at blanks, against the fake cluster. */
  private int run(String command) {
    List<String> args = new ArrayList<>(Arrays.asList(command.split(" ")));
    args.addAll(List.of("--bootstrap-server", cluster.bootstrap()));
    return tool.run(args);
  }

  private int run(String command, byte[] in) {
    tool = new ToolRun(in);
    return run(command);
  }

  private int run(String command, String in) {
    return run(command, in.getBytes(StandardCharsets.UTF_8));
  }

  private void runs(String command, String expected) {
    int code = run(command);
    assertEquals(expected, tool.out(), tool.talk());
    assertEquals(0, code);
  }

  private void refuses(String command, int expectedCode, String expectedTalk) {
    int code = run(command);
    assertEquals(expectedTalk, tool.talk());
    assertEquals(expectedCode, code);
    assertEquals("", tool.out());
  }

  @Test
  void topicsFromCreationToDeletion() {
    runs(
        "topics --create --topic T --partitions 2 --replication-factor 1 --config"
            + " segment.bytes=1073741824",
        "Created topic T.\n");
    runs("topics --create --topic A", "Created topic A.\n");
    runs("topics --list", "A\nT\n");
    runs(
        "topics --describe --topic T",
        "Topic: T\tTopicId: mmK6zBn3RCWi-ubJ9YIe-Q\tPartitionCount: 2\tReplicationFactor: 1\t"
            + "Configs: segment.bytes=1073741824\n"
            + "\tTopic: T\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\n"
            + "\tTopic: T\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1\n");
    runs(
        "topics --alter --topic T --partitions 3 --config retention.ms=5 --delete-config"
            + " segment.bytes",
        "Altered topic T.\n");
    runs("topics --delete --topic T", "Deleted topic T.\n");
    runs("topics --list", "A\n");
  }

  @Test
  void storedMinInsyncReplicasIsShownAmongTheConfigsUnlessItIsKafkasOwnDefault() {
    cluster.storeMinInsync(2);
    runs("topics --create --topic T --config segment.bytes=1073741824", "Created topic T.\n");
    String line =
        "Topic: T\tTopicId: mmK6zBn3RCWi-ubJ9YIe-Q\tPartitionCount: 1\tReplicationFactor: 1\t"
            + "Configs: %s\n"
            + "\tTopic: T\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\n";
    runs(
        "topics --describe --topic T",
        line.formatted("min.insync.replicas=2,segment.bytes=1073741824"));
    cluster.storeMinInsync(1);
    runs("topics --describe --topic T", line.formatted("segment.bytes=1073741824"));
    runs(
        "topics --alter --topic T --config min.insync.replicas=1 --delete-config segment.bytes",
        "Altered topic T.\n");
    runs("topics --describe --topic T", line.formatted("min.insync.replicas=1"));
  }

  @Test
  void aPartitionWithoutLeaderSaysNone() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 0);
    runs(
        "topics --describe",
        "Topic: T\tTopicId: mmK6zBn3RCWi-ubJ9YIe-Q\tPartitionCount: 1\tReplicationFactor: 1\t"
            + "Configs: \n"
            + "\tTopic: T\tPartition: 0\tLeader: none\tReplicas: 1\tIsr: 1\n");
  }

  @Test
  void listingsAreOneJsonDocumentWhenAskedFor() {
    runs(
        "topics --create --topic T --config a=b --output json",
        """
        {
          "done" : "created",
          "topic" : "T",
          "topicId" : "mmK6zBn3RCWi-ubJ9YIe-Q"
        }
        """);
    runs(
        "topics --list --output json",
        """
        {
          "topics" : [ {
            "name" : "T",
            "topicId" : "mmK6zBn3RCWi-ubJ9YIe-Q",
            "partitionCount" : 1,
            "replicationFactor" : 1
          } ]
        }
        """);
  }

  @Test
  void aDescriptionInJsonSaysNullForNoLeader() {
    cluster.storeMinInsync(2);
    runs("topics --create --topic T --config a=b", "Created topic T.\n");
    cluster.lead("T", 0, 0);
    runs(
        "topics --describe --output=json",
        """
        {
          "topics" : [ {
            "name" : "T",
            "topicId" : "mmK6zBn3RCWi-ubJ9YIe-Q",
            "partitionCount" : 1,
            "replicationFactor" : 1,
            "minInsyncReplicas" : 2,
            "configs" : {
              "a" : "b"
            },
            "partitions" : [ {
              "partition" : 0,
              "leader" : null,
              "leaderEpoch" : 0,
              "replicas" : [ 1 ],
              "isr" : [ 1 ],
              "elr" : [ ]
            } ]
          } ]
        }
        """);
  }

  @Test
  void theClusterIsShown() {
    String address = cluster.address(1);
    runs(
        "cluster --describe",
        "Cluster: fake\tBrokers: 1\tAnsweredBy: 1\n\tBroker: 1\tAddress: "
            + address
            + "\tRack: none\tState: up\n");
    runs(
        "cluster --describe --output json",
        """
        {
          "clusterId" : "fake",
          "answeredBy" : 1,
          "brokers" : [ {
            "id" : 1,
            "host" : "127.0.0.1",
            "port" : PORT,
            "rack" : null,
            "state" : "up"
          } ]
        }
        """
            .replace("PORT", address.substring(address.indexOf(':') + 1)));
  }

  @Test
  void whatTheClusterRefusesEndsWithOne() {
    refuses("topics --delete --topic T", 1, "kafkactl: unknown topic {topic=T}\n");
    assertEquals(0, run("topics --delete --topic T --if-exists"));
    assertEquals("Topic T does not exist.\n", tool.talk());
    runs("topics --create --topic T", "Created topic T.\n");
    refuses("topics --create --topic T", 1, "kafkactl: topic exists {topic=T}\n");
    assertEquals(0, run("topics --create --topic T --if-not-exists"));
    assertEquals("Topic T exists already.\n", tool.talk());
    assertEquals(1, run("produce --topic nope", "x\n"));
    assertEquals(1, run("consume --topic nope"));
  }

  @Test
  void wrongUsageEndsWithTwoAndSaysWhatIsMeant() {
    refuses(
        "topics --list --create --topic T",
        2,
        "kafkactl: topics takes one of --create, --list, --describe, --alter and --delete, got"
            + " --create and --list\n");
    refuses("topics --create", 2, "kafkactl: --create needs --topic T\n");
    refuses(
        "topics --create --topic T --config nonsense",
        2,
        "kafkactl: --config takes KEY=VALUE, got \"nonsense\"\n");
    refuses(
        "topics --lst",
        2,
        "kafkactl: unknown option --lst; did you mean --list?\nTry kafkactl topics --help.\n");
    refuses(
        "topcis --list",
        2,
        "kafkactl: unknown word topcis; did you mean topics?\nTry kafkactl --help.\n");
    refuses("topics --list --partitions 3", 2, "kafkactl: --partitions does not go with --list\n");
    refuses(
        "topics --alter --topic T",
        2,
        "kafkactl: --alter needs --partitions, --config or --delete-config\n");
    refuses("produce --topic T --acks 2", 2, "kafkactl: --acks is 0, 1 or all, got \"2\"\n");
    refuses(
        "consume --topic T --offset x",
        2,
        "kafkactl: --offset is a number of at least 0, earliest or latest, got \"x\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topics --create --topic T --partitions x",
        "topics --create --topic",
        "topics --list --output xml",
        "topics --list --timeout-ms 0",
        "produce",
        "produce --topic T --compression rar",
        "produce --topic T --file /nonexistent/file",
        "produce --topic T --file /tmp",
        "produce --topic T --property parse.kee=true",
        "consume --topic T --from-beginning --offset 3",
        "consume --topic T --from-time yesterday",
        "consume --topic T --output json",
        "consume --topic T --max-messages -1",
        "cluster",
        "nonsense"
      })
  void moreWrongUsage(String command) {
    assertEquals(2, run(command), tool.talk());
    assertEquals("", tool.out());
    assertTrue(tool.talk().startsWith("kafkactl: "), tool.talk());
    assertTrue(!tool.talk().contains("Exception"), tool.talk());
  }

  @Test
  void whenNobodyIsThereEachAddressSaysWhyAndTheEndIsThree() {
    cluster.close();
    int code =
        tool.run(
            "topics",
            "--list",
            "--bootstrap-server",
            cluster.address(1) + ",no-such-host.invalid:9092");
    assertEquals(3, code);
    assertEquals(
        "kafkactl: no broker could be reached\n  "
            + cluster.address(1)
            + ": connection refused\n"
            + "  no-such-host.invalid:9092: unknown host\n"
            + "Start one with bin/milena dev, or name another with --bootstrap-server HOST:PORT.\n",
        tool.talk());
    assertEquals(2, tool.run("topics", "--list", "--bootstrap-server", "nonsense"));
  }

  @Test
  void whatIsNotThereYetIsSaidClearly() {
    for (String command :
        List.of("groups --list", "groups --describe --group g", "quorum --describe")) {
      assertEquals(1, run(command));
      assertTrue(tool.talk().contains("release of Milena"), tool.talk());
    }
    assertEquals(1, run("consume --topic T --group g"));
    assertTrue(tool.talk().contains("group \"g\""), tool.talk());
    assertEquals(1, tool.run("kafka-consumer-groups.sh", "--list"));
  }

  @Test
  void helpAndVersionAreData() {
    assertEquals(0, tool.run("--version"));
    assertTrue(tool.out().matches("Milena kafkactl [0-9]+\\.[0-9]+\\.[0-9]+\n"), tool.out());
    assertEquals(0, tool.run("--help"));
    for (String word : List.of("topics", "produce", "consume", "cluster", "--bootstrap-server")) {
      assertTrue(tool.out().contains(word), tool.out());
    }
    assertTrue(!tool.out().contains("groups"), tool.out());
    for (String command : List.of("topics", "produce", "consume", "cluster")) {
      assertEquals(0, tool.run(command, "--help"));
      assertTrue(tool.out().contains("kafkactl " + command), tool.out());
    }
  }

  @Test
  void whatGoesInComesOutByteForByte() throws Exception {
    cluster.createTopic("T", 1);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    for (int i = 0; i < 5000; i++) {
      in.write(("line " + i + " \u00e9\u0000").getBytes(StandardCharsets.UTF_8));
      in.write(new byte[] {(byte) 0xff, (byte) 0xc3, 13, 7});
      in.write('\n');
    }
    assertEquals(0, run("produce --topic T", in.toByteArray()), tool.talk());
    assertEquals("produced 5000 records to T\n", tool.talk());
    assertEquals("", tool.out());
    assertEquals(0, run("consume --topic T --from-beginning --max-messages 5000"));
    assertArrayEquals(in.toByteArray(), tool.outBytes());
    assertEquals("consumed 5000 records from T\n", tool.talk());
  }

  @Test
  void aFileIsReadToo(@TempDir Path folder) throws Exception {
    cluster.createTopic("T", 1);
    Path file = Files.writeString(folder.resolve("f"), "a\r\nb");
    assertEquals(0, run("produce --topic T --compression zstd --acks 1 --file " + file));
    runs("consume --topic T --offset 0 --idle-exit-ms 100", "a\nb\n");
  }

  @Test
  void keysHeadersAndNullsArePrintedWhenAskedFor() {
    cluster.createTopic("T", 1);
    assertEquals(
        0,
        run(
            "produce --topic T --property parse.key=true --property key.separator=| --property"
                + " parse.headers=true --property null.marker=-",
            "a:1,b:-\tk|v\n-\t-|-\n"));
    runs(
        "consume --topic T --from-beginning --max-messages 2 --property print.key=true --property"
            + " print.headers=true --property print.offset=true --property print.partition=true"
            + " --property key.separator=;",
        "Partition:0;Offset:0;a:1,b:null;k;v\nPartition:0;Offset:1;NO_HEADERS;null;null\n");
    assertEquals(
        0, run("consume --topic T --offset 1 --max-messages 1 --property print.timestamp=true"));
    assertTrue(tool.out().matches("CreateTime:[0-9]{13}\tnull\n"), tool.out());
    runs(
        "consume --topic T --from-beginning --max-messages 1 --property print.value=false"
            + " --property print.key=true",
        "k\n");
  }

  @Test
  void aLineWithoutSeparatorStopsThereAndSaysWhatWasSent() {
    cluster.createTopic("T", 1);
    int code = run("produce --topic T --property parse.key=true", "a\tb\nc\td\nno tab\ne\tf\n");
    assertEquals(1, code);
    assertEquals(
        "kafkactl: line 3: no key, the line has no \"\\t\"; stopped there, the lines before it were"
            + " sent\nproduced 2 records to T\n",
        tool.talk());
  }

  @Test
  void aLineThatTheTopicRefusesIsNamedWithItsSizeAndTheBound() {
    cluster.createTopic("T", 1);
    cluster.refuseBatchesOver(2000);
    assertEquals(1, run("produce --topic T", "a\n" + "x".repeat(3000) + "\nb\n"));
    assertTrue(tool.talk().startsWith("kafkactl: line 2 (3000 bytes): "), tool.talk());
    assertTrue(tool.talk().contains("2000"), tool.talk());
    assertTrue(tool.talk().endsWith("produced 2 records to T\n"), tool.talk());
  }

  @Test
  void linesThatFailAlikeAreReportedTogether() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 0);
    assertEquals(1, run("produce --topic T --timeout-ms 500", "a\nb\nc\n"));
    assertTrue(tool.talk().startsWith("kafkactl: 3 lines from 1 to 3: "), tool.talk());
    assertTrue(tool.talk().endsWith("produced 0 records to T\n"), tool.talk());
  }

  @Test
  void recordsGoToOnePartitionWhenToldSo() {
    cluster.createTopic("T", 3);
    assertEquals(0, run("produce --topic T --partition 2", "a\nb\n"));
    runs("consume --topic T --partition 2 --offset earliest --max-messages 2", "a\nb\n");
    refuses(
        "consume --topic T --partition 3",
        1,
        "kafkactl: topic \"T\" has partitions 0 to 2, got 3\n");
    assertEquals(1, run("produce --topic T --partition 3", "a\n"));
    refuses(
        "consume --topic T --offset 5",
        2,
        "kafkactl: --offset 5 needs --partition: topic \"T\" has 3\n");
  }

  @Test
  void nothingIsProducedFromNothing() {
    cluster.createTopic("T", 1);
    assertEquals(0, run("produce --topic T", ""));
    assertEquals("produced 0 records to T\n", tool.talk());
    runs("consume --topic T --from-beginning --idle-exit-ms 50", "");
    runs("consume --topic T --from-time 2026-01-01 --max-messages 0", "");
  }
}
