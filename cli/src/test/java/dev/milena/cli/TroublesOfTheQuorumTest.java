package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.ClusterNodes;
import dev.milena.client.NodeDetails;
import dev.milena.client.QuorumDetails;
import dev.milena.client.QuorumDetails.VoterState;
import dev.milena.client.connection.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What both descriptions say when something needs a person. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class TroublesOfTheQuorumTest {
  private static QuorumDetails.Voter voter(int id, String directory, VoterState state, String why) {
    return new QuorumDetails.Voter(
        id, "h" + id + ":9093", directory, -1, -1, -1, new QuorumDetails.Standing(state, why));
  }

  private static QuorumDetails quorum(OptionalInt leader, long end, QuorumDetails.Voter... voters) {
    return new QuorumDetails(leader, 1, 5, new QuorumDetails.Log(0, end, end, -1), List.of(voters));
  }

  @Test
  void nobodyLeadsAndWhoIsSilentIsNamedWithTheReason() {
    QuorumDetails quorum =
        quorum(
            OptionalInt.empty(),
            48,
            voter(1, "d1", VoterState.ANSWERING, ""),
            voter(2, "d2", VoterState.SILENT, "nobody listens there"),
            voter(3, "d3", VoterState.SILENT, ""));
    assertEquals(
        List.of(
            "the quorum has no leader that node 1 knows of: 2 of its 3 voters must answer; silent: 2@h2:9093 (nobody listens there); 3@h3:9093"),
        QuorumListing.troubles(quorum));
    assertEquals(
        "LeaderId: none\tTerm: 5\tLogStart: 0\tLogEnd: 48\tCommitted: 48\tSnapshot: none\tAnsweredBy: 1",
        QuorumListing.quorum(quorum).lines().findFirst().orElseThrow());
    assertTrue(QuorumListing.quorum(quorum).contains("\tStatus: Silent\n"));
    assertTrue(QuorumListing.quorumJson(quorum).contains("\"leader\" : null"));
    assertTrue(QuorumListing.quorumJson(quorum).contains("\"why\" : \"nobody listens there\""));
  }

  @Test
  void aQuorumThatIsNotFormedYetWantsEveryNamedVoter() {
    assertEquals(
        List.of(
            "the quorum is not formed yet, as far as node 1 knows: every voter of controller.quorum.voters is needed once; silent: 2@h2:9093 (no answer in time)"),
        QuorumListing.troubles(
            quorum(
                OptionalInt.empty(),
                -1,
                voter(1, "", VoterState.ANSWERING, ""),
                voter(2, "", VoterState.SILENT, "no answer in time"))));
  }

  @Test
  void anEmptiedVoterIsNamedWithTheCommandThatMendsIt() {
    QuorumDetails quorum =
        quorum(
            OptionalInt.of(1),
            9,
            voter(1, "d1", VoterState.LEADER, ""),
            voter(3, "d3", VoterState.EMPTIED, ""));
    String mends = "kafkactl quorum --add-voter 3@h3:9093 gives it its vote back";
    assertTrue(QuorumListing.troubles(quorum).getFirst().endsWith(mends));
    assertTrue(QuorumListing.quorum(quorum).contains("\tStatus: Emptied\n"));

    ClusterNodes nodes =
        nodes(OptionalInt.of(1), node(3, NodeDetails.State.UP, NodeDetails.Vote.EMPTIED, true));
    assertTrue(ClusterListing.troubles(nodes).getFirst().endsWith(mends));
    assertTrue(ClusterListing.nodes(nodes).contains("\tQuorum: emptied\t"));
    assertTrue(ClusterListing.nodesJson(nodes).contains("\"emptied\" : true"));
  }

  @Test
  void whoDoesNotAnswerANodeWithoutAQuorumIsInAnUnknownState() {
    ClusterNodes nodes =
        nodes(
            OptionalInt.empty(), node(2, NodeDetails.State.UNKNOWN, NodeDetails.Vote.VOTER, false));
    assertTrue(ClusterListing.nodes(nodes).contains("\tState: unknown\tUpSince: -\t"));
    assertTrue(ClusterListing.nodesJson(nodes).contains("\"state\" : \"unknown\""));
    assertTrue(ClusterListing.troubles(nodes).getFirst().startsWith("node 1 knows of no leader"));
  }

  private static ClusterNodes nodes(OptionalInt leader, NodeDetails node) {
    return new ClusterNodes("c", List.of(node), leader, 1);
  }

  private static NodeDetails node(
      int id, NodeDetails.State state, NodeDetails.Vote vote, boolean answered) {
    return new NodeDetails(
        id,
        new HostPort("h" + id, 9092),
        Optional.empty(),
        new NodeDetails.Standing(state, vote, false, 1_764_115_200_000L),
        Optional.of("h" + id + ":9093"),
        "0.1.0",
        answered ? Optional.of(List.of()) : Optional.empty());
  }
}
