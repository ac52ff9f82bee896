package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** topics --elect-leaders: what it says, and what it does not take. */
class LeaderElectionTest extends ToolOnCluster {
  @Test
  void allPartitionsAreElectedForCallAfterCall() {
    runs("topics --elect-leaders", "Elected other leaders of 2000 partitions.\n");
  }

  @Test
  void whatIsLostByAnUncleanElectionIsSaid() {
    runs(
        "topics --elect-leaders --topic t --partition 1 --unclean",
        "Elected other leaders of 1 partition.\n"
            + "\tt-1 is led by 3 now, epoch 7, uncleanly: records that were acknowledged and broker"
            + " 3 does not have are lost\n");
  }

  @Test
  void whoHasNoLeaderStillIsNamedWithWhatToDo() {
    assertEquals(1, run("topics --elect-leaders --topic dark"));
    assertEquals("Elected other leaders of 1 partition.\n", tool.out());
    assertEquals("kafkactl: 1 partition has no leader\n  dark-2: start broker 4\n", tool.talk());
  }

  @Test
  void itIsOneJsonDocumentWhenAskedFor() {
    assertEquals(1, run("topics --elect-leaders --topic dark --unclean --json"));
    assertEquals(
        """
        {
          "done" : "elected",
          "changed" : 1,
          "unclean" : [ {
            "topic" : "dark",
            "partition" : 0,
            "leader" : 3,
            "leaderEpoch" : 7
          } ],
          "leaderlessCount" : 1,
          "leaderless" : [ {
            "topic" : "dark",
            "partition" : 2,
            "next" : "start broker 4"
          } ]
        }
        """,
        tool.out());
  }

  @Test
  void nobodyLosesTheRecordsOfEverythingByOneWord() {
    assertEquals(2, run("topics --elect-leaders --unclean"));
    assertTrue(tool.talk().contains("--unclean needs --topic T"), tool.talk());
  }

  @Test
  void whatItDoesNotTakeIsWrongUsage() {
    for (String command :
        List.of(
            "topics --elect-leaders --partition 1",
            "topics --elect-leaders --topic t --partition -1",
            "topics --elect-leaders --topic t --partitions 1",
            "topics --describe --topic t --unclean",
            "topics --describe --topic t --partition 1",
            "topics --elect-leaders --list")) {
      assertEquals(2, run(command), command + ": " + tool.talk());
      assertEquals("", tool.out());
    }
  }
}
