package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cluster, quorum and audit: what they print, and what they do not take. */
class ClusterCommandsTest extends ToolOnCluster {
  @Test
  void nodesAreShownWithTheirDisksAndASilentOneWithout() {
    runs(
        "cluster --describe",
        "Cluster: fake\tNodes: 2\tQuorumLeader: 1\tAnsweredBy: 1\n"
            + "\tNode: 1\tAddress: h1:9092\tRoles: broker,controller\tQuorum: leader\tRack: r1"
            + "\tState: up\tUpSince: 2025-11-26T00:00:00Z\tVersion: 0.1.0\n"
            + "\t\tLogDir: /logs\tDiskUsed: 2.0 GiB\tDiskFree: 1.0 GiB\n"
            + "\tNode: 2\tAddress: h2:9092\tRoles: broker\tQuorum: no vote\tRack: none"
            + "\tState: fenced\tUpSince: -\tVersion: unknown\n"
            + "\t\tLogDirs: unknown, the node did not answer\n");
  }

  @Test
  void nodesAreOneJsonDocumentWhenAskedFor() {
    String expected =
        """
        {
          "clusterId" : "fake",
          "answeredBy" : 1,
          "quorumLeader" : 1,
          "nodes" : [ {
            "id" : 1,
            "host" : "h1",
            "port" : 9092,
            "roles" : [ "broker", "controller" ],
            "rack" : "r1",
            "state" : "up",
            "draining" : false,
            "upSince" : "2025-11-26T00:00:00Z",
            "version" : "0.1.0",
            "voter" : true,
            "emptied" : false,
            "quorumAddress" : "h1:9093",
            "logDirs" : [ {
              "path" : "/logs",
              "totalBytes" : 3221225472,
              "freeBytes" : 1073741824
            } ]
          }, {
            "id" : 2,
            "host" : "h2",
            "port" : 9092,
            "roles" : [ "broker" ],
            "rack" : null,
            "state" : "fenced",
            "draining" : true,
            "upSince" : null,
            "version" : "",
            "voter" : false,
            "emptied" : false,
            "quorumAddress" : null,
            "logDirs" : null
          } ]
        }
        """;
    runs("cluster --describe --output json", expected);
    runs("cluster --describe --json", expected);
  }

  @Test
  void theQuorumIsShownWithTheLagOfEachVoter() {
    runs(
        "quorum --describe",
        "LeaderId: 1\tTerm: 3\tLogStart: 0\tLogEnd: 42\tCommitted: 41\tSnapshot: none\tAnsweredBy: 1\n"
            + "\tVoter: 1@h1:9093\tDirectoryId: kRb3Uy_0Q7eW8Wc8uX2q5A\tLogEnd: 41\tLag: 1"
            + "\tSilentMs: 20\tStatus: Leader\n");
    runs(
        "quorum --describe --json",
        """
        {
          "leader" : 1,
          "answeredBy" : 1,
          "term" : 3,
          "logStart" : 0,
          "logEnd" : 42,
          "committed" : 41,
          "snapshot" : null,
          "voters" : [ {
            "id" : 1,
            "address" : "h1:9093",
            "directoryId" : "kRb3Uy_0Q7eW8Wc8uX2q5A",
            "logEnd" : 41,
            "lag" : 1,
            "silentMs" : 20,
            "status" : "leader",
            "why" : ""
          } ]
        }
        """);
  }

  @Test
  void changesOfTheVotersEndWithTheVotersThereAre() {
    runs("quorum --add-voter 4@h4:9093", "Added voter 4; the voters are 1@h1:9093, 4@h4:9093.\n");
    runs("quorum --add-voter 4@[::1]:1", "Added voter 4; the voters are 1@h1:9093, 4@[::1]:1.\n");
    runs("quorum --remove-voter 4", "Removed voter 4; the voters are 1@h1:9093.\n");
    assertEquals(0, run("quorum --remove-voter 4 --json"));
    assertTrue(tool.out().contains("\"done\" : \"removed\""), tool.out());
  }

  @Test
  void aBrokerIsDecommissionedOrTheClusterSaysWhyNot() {
    runs("cluster --decommission 3", "Decommissioned broker 3.\n");
    assertEquals(1, run("cluster --decommission 1"));
    assertTrue(tool.talk().contains("broker in use {broker=1}"), tool.talk());
  }

  @Test
  void theHistoryIsALineForEachChangeOverAllPages() {
    runs(
        "audit --topic t",
        """
        2025-11-26T00:00:00Z\tbroker:1\t-\tkafkactl\tcreated topic t
        2025-11-26T00:00:00Z\tANONYMOUS\t127.0.0.1:5\tkafkactl\tcreated topic t
        2025-11-26T00:00:00Z\tANONYMOUS\t127.0.0.1:5\tkafkactl\tleader of t-0 is 1
        """);
    assertEquals("", tool.talk());
  }

  @Test
  void aJournalThatForgotItsBeginningSaysSoBesideTheData() {
    assertEquals(0, run("audit --topic old"));
    assertTrue(tool.talk().contains("begins after index 2"), tool.talk());
    assertTrue(!tool.out().contains("index 2"), tool.out());
  }

  @Test
  void theHistoryIsOneJsonDocumentWhenAskedFor() {
    runs(
        "audit --topic t --json",
        """
        {
          "forgottenThrough" : null,
          "changes" : [ {
            "index" : 4,
            "timeMs" : 1764115200000,
            "time" : "2025-11-26T00:00:00Z",
            "principal" : "broker:1",
            "address" : "",
            "tool" : "kafkactl",
            "what" : [ "created topic t" ]
          }, {
            "index" : 9,
            "timeMs" : 1764115200000,
            "time" : "2025-11-26T00:00:00Z",
            "principal" : "ANONYMOUS",
            "address" : "127.0.0.1:5",
            "tool" : "kafkactl",
            "what" : [ "created topic t", "leader of t-0 is 1" ]
          } ]
        }
        """);
  }

  @Test
  void whatTheyDoNotTakeIsWrongUsage() {
    for (String command :
        List.of(
            "cluster",
            "cluster --describe --decommission 1",
            "cluster --decommission one",
            "cluster --drain one",
            "cluster --drain 1 --decommission 1",
            "cluster --drain 1 --cancel --no-wait",
            "cluster --describe --cancel",
            "cluster --describe --max-wait 1h",
            "cluster --drain 1 --max-wait soon",
            "quorum",
            "quorum --describe --remove-voter 1",
            "quorum --add-voter h4:9093",
            "quorum --add-voter 9999999999@h4:9093",
            "audit --topic=",
            "audit --since yesterday",
            "audit --since 2w")) {
      assertEquals(2, run(command), command + ": " + tool.talk());
      assertEquals("", tool.out());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "30s, 1970-01-08T23:59:30Z",
    "15m, 1970-01-08T23:45:00Z",
    "2h, 1970-01-08T22:00:00Z",
    "7d, 1970-01-02T00:00:00Z",
    "999999d, 1970-01-01T00:00:00Z",
    "1970-01-03, 1970-01-03T00:00:00Z"
  })
  void sinceTakesSoLongAgoAndPointsInTime(String typed, Instant expected) {
    long nowMs = Instant.parse("1970-01-09T00:00:00Z").toEpochMilli();
    assertEquals(
        expected.toEpochMilli(), Moment.parseOrAgo("--since", typed, ZoneOffset.UTC, nowMs));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "1099511627776, 1.0 TiB"})
  void sizesAreInTheUnitThatFits(long bytes, String expected) {
    assertEquals(expected, ClusterListing.size(bytes));
  }
}
