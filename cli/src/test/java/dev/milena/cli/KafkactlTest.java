package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands against brokers in this process. */
class KafkactlTest extends ToolOnCluster {
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
  void aLastKnownLeaderIsShownWhereThereIsOne() {
    cluster.createTopic("T", 1);
    cluster.knowLast("T", 0, 3);
    runs(
        "topics --describe",
        "Topic: T\tTopicId: mmK6zBn3RCWi-ubJ9YIe-Q\tPartitionCount: 1\tReplicationFactor: 1\t"
            + "Configs: \n"
            + "\tTopic: T\tPartition: 0\tLeader: none\tReplicas: 1\tIsr: \tLastKnownLeader: 3\n");
    runs(
        "topics --describe --output=json",
        """
        {
          "topics" : [ {
            "name" : "T",
            "topicId" : "mmK6zBn3RCWi-ubJ9YIe-Q",
            "partitionCount" : 1,
            "replicationFactor" : 1,
            "minInsyncReplicas" : 1,
            "configs" : { },
            "partitions" : [ {
              "partition" : 0,
              "leader" : null,
              "leaderEpoch" : 0,
              "replicas" : [ 1 ],
              "isr" : [ ],
              "elr" : [ ],
              "lastKnownLeader" : 3
            } ]
          } ]
        }
        """);
  }

  @Test
  void partitionsWithATroubleAreShownAlone() {
    cluster.createTopic("A", 1);
    cluster.createTopic("T", 3);
    cluster.lead("T", 1, 0);
    cluster.knowLast("T", 2, 3);
    String leaderless = "\tTopic: T\tPartition: 1\tLeader: none\tReplicas: 1\tIsr: 1\n";
    String empty =
        "\tTopic: T\tPartition: 2\tLeader: none\tReplicas: 1\tIsr: \tLastKnownLeader: 3\n";

    runs("topics --describe --under-replicated", empty);
    runs("topics --describe --under-min-isr", empty);
    runs("topics --describe --unavailable", leaderless + empty);
    runs("topics --describe --topic T --under-replicated --unavailable", leaderless + empty);
    runs("topics --describe --topic A --unavailable", "");
    runs("kafka-topics.sh --describe --under-replicated-partitions", empty);
    runs(
        "topics --describe --under-replicated --json",
        """
        {
          "partitions" : [ {
            "topic" : "T",
            "partition" : 2,
            "leader" : null,
            "leaderEpoch" : 0,
            "replicas" : [ 1 ],
            "isr" : [ ],
            "elr" : [ ],
            "lastKnownLeader" : 3
          } ]
        }
        """);
    cluster.storeMinInsync(2);
    runs(
        "topics --describe --topic A --under-min-isr",
        "\tTopic: A\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\n");
    refuses("topics --list --unavailable", 2, "kafkactl: --unavailable does not go with --list\n");
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
              "elr" : [ ],
              "lastKnownLeader" : null
            } ]
          } ]
        }
        """);
  }

  @Test
  void whatTheClusterRefusesEndsWithOne() {
    refuses(
        "topics --delete --topic T",
        1,
        "kafkactl: there is no topic \"T\", so nothing was deleted; kafkactl topics --list shows"
            + " those there are\n");
    runs("topics --create --topic orders", "Created topic orders.\n");
    refuses(
        "topics --delete --topic order",
        1,
        "kafkactl: there is no topic \"order\", so nothing was deleted; did you mean \"orders\"?\n");
    refuses(
        "topics --alter --topic ordres --partitions 3",
        1,
        "kafkactl: there is no topic \"ordres\", so nothing was altered; did you mean \"orders\"?\n");
    refuses(
        "topics --describe --topic ordres",
        1,
        "kafkactl: there is no topic \"ordres\", so nothing was described; did you mean"
            + " \"orders\"?\n");
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
        "kafkactl: topics takes one of --create, --list, --describe, --alter, --delete, --elect-leaders, --reassign and --cancel, got"
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
            + "That is all that --bootstrap-server names; start a broker there, or name others.\n",
        tool.talk());
    assertEquals(2, tool.run("topics", "--list", "--bootstrap-server", "nonsense"));
  }

  @Test
  void whatIsNotThereYetIsSaidClearly() {
    for (String command : List.of("groups --list", "groups --describe --group g")) {
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
    for (String command : List.of("topics", "produce", "consume", "cluster", "quorum", "audit")) {
      assertEquals(0, tool.run(command, "--help"));
      assertTrue(tool.out().contains("kafkactl " + command), tool.out());
    }
  }
}
