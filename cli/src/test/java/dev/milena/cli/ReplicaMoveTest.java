package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * topics --reassign and --cancel, and cluster --drain: what they say, wait for, and do not take.
 */
class ReplicaMoveTest extends ToolOnCluster {
  private static final String MOVE = "topics --reassign --topic t --partition 1 --replicas ";

  @BeforeEach
  void topic() {
    cluster.createTopic("t", 2);
  }

  @Test
  void aMoveIsWaitedForAndItsEndIsSaid() {
    runs(MOVE + "2,1", "Moved t-1 to 2,1.\n");
    runs(MOVE + "2,1", "No need to move t-1 to 2,1.\n");
    assertEquals("", tool.talk());
  }

  @Test
  void whoDoesNotWaitIsToldHowToLookAndHowToCallItBack() {
    runs(MOVE + "2,3 --no-wait", "Began to move t-1 to 2,3.\n");
    assertEquals(
        "kafkactl: kafkactl topics --describe --topic t shows how far it is, kafkactl topics"
            + " --cancel --topic t --partition 1 calls it back\n",
        tool.talk());
    assertEquals(0, run("topics --describe --topic t"));
    assertTrue(
        tool.out()
            .contains(
                "\tPartition: 1\tLeader: 1\tReplicas: 2,3,1\tIsr: 1"
                    + "\tAdding Replicas: 2,3\tRemoving Replicas: 1\n"),
        tool.out());
    runs("topics --cancel --topic t", "Called back the moves of 1 partition of topic t.\n");
  }

  @Test
  void whatIsNotOverInTimeGoesOnAndIsSaidWithWhoIsWaitedFor() {
    cluster.movesEndAfter(Integer.MAX_VALUE);
    assertEquals(1, run(MOVE + "1,3 --max-wait 0s"));
    assertEquals("", tool.out());
    assertEquals(
        "kafkactl: the move of t-1 is not over after 0s (--max-wait): 1 partition left, the first"
            + " t-1 (1 in sync, waits for 3); it goes on; kafkactl topics --describe --topic t shows"
            + " how far it is, kafkactl topics --cancel --topic t --partition 1 calls it back\n",
        tool.talk());
  }

  @Test
  void theyAreJsonDocumentsWhenAskedFor() {
    runs(
        MOVE + "2,1 --json",
        """
        {
          "done" : "moved",
          "topic" : "t",
          "partition" : 1,
          "replicas" : [ 2, 1 ]
        }
        """);
    runs(
        "topics --cancel --topic t --json",
        """
        {
          "done" : "cancelled",
          "topic" : "t",
          "partitions" : 0
        }
        """);
  }

  @Test
  void aBrokerIsDrainedCallAfterCallAndTheEndSaysWhatComesNext() {
    runs(
        "cluster --drain 1",
        "Drained broker 1: it holds no replica. Stop it, then kafkactl cluster --decommission 1"
            + " forgets it.\n");
    runs("cluster --drain 2 --no-wait", "Began to drain broker 2: 2 replicas on the way.\n");
    assertTrue(tool.talk().contains("kafkactl cluster --drain 2 --cancel calls it back"));
    runs("cluster --drain 2 --cancel", "Broker 2 gets new replicas again; 2 moves called back.\n");
    assertEquals(1, run("cluster --drain 9"));
    assertTrue(tool.talk().contains("not enough brokers"), tool.talk());
  }

  @Test
  void aDrainThatIsNotOverInTimeGoesOn() {
    cluster.movesEndAfter(Integer.MAX_VALUE);
    assertEquals(1, run("cluster --drain 1 --max-wait 0s"));
    assertTrue(
        tool.talk()
            .startsWith(
                "kafkactl: the drain of broker 1 is not over after 0s (--max-wait): 2 partitions"
                    + " left, the first t-0 (1 in sync, waits for 2); it goes on; "),
        tool.talk());
  }

  @Test
  void aDrainThatIsCalledBackElsewhereIsNotWaitedForAnyLonger() {
    cluster.movesAreCalledBackAfter(2);
    assertEquals(1, run("cluster --drain 1"));
    assertEquals("", tool.out());
    assertEquals(
        "kafkactl: broker 1 keeps replicas of 2 partitions that do not move, the first t-0: the"
            + " drain was called back, or they were put there meanwhile; kafkactl cluster --drain 1"
            + " moves them\n",
        tool.talk());
  }

  @Test
  void whatTheClusterRefusesIsSaid() {
    assertEquals(1, run(MOVE + "1,9"));
    assertTrue(tool.talk().contains("invalid assignment"), tool.talk());
  }

  @Test
  void whatTheyDoNotTakeIsWrongUsage() {
    for (String command :
        List.of(
            "topics --reassign --topic t --partition 1",
            "topics --reassign --topic t --replicas 1",
            "topics --reassign --partition 1 --replicas 1",
            MOVE + "1,1",
            MOVE + "1,,2",
            MOVE + "one",
            MOVE + "-1",
            MOVE + "1 --max-wait soon",
            MOVE + "1 --max-wait 1m --no-wait",
            MOVE + "1 --unclean",
            "topics --cancel",
            "topics --cancel --topic t --replicas 1",
            "topics --cancel --topic t --no-wait",
            "topics --describe --topic t --replicas 1",
            "topics --cancel --reassign --topic t")) {
      assertEquals(2, run(command), command + ": " + tool.talk());
      assertEquals("", tool.out());
    }
  }
}
