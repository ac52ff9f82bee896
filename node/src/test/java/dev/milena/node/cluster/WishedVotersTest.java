package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataRecord;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcollections.TreePMap;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class WishedVotersTest {
  private static final ClusterImage IMAGE =
      ClusterImage.EMPTY
          .with(
              List.of(
                  row(1, "h1:9093", false),
                  row(4, "", false),
                  row(5, "", true),
                  row(6, "h6:9093", false)))
          .image();

  private static MetadataRecord row(int id, String quorumAddress, boolean fenced) {
    return new MetadataRecord.BrokerRegistered(
        new BrokerImage(
            id,
            new BrokerDescription("h" + id, 9092, "", quorumAddress, "", false),
            new IncarnationId(id, id),
            "",
            TreePMap.empty(),
            new BrokerStanding(fenced, false, 0, 0),
            1));
  }

  private static String fault(int id, String host, int port) {
    return WishedVoters.fault(IMAGE, new Voter(id, host, port)).orElse("none");
  }

  @Test
  void aClientsPortIsNamedAsOneUnderWhateverNameOfTheHost() {
    String where =
        " is the clients' port of node 1; a voter is added at its own quorum listener: 1@h1:9093";
    assertEquals("h1:9092" + where, fault(1, "h1", 9092));
    assertEquals("localhost:9092" + where, fault(1, "localhost", 9092));
  }

  @Test
  void atAnothersClientsPortTheNodeThatWasAskedForIsNotAndTheOtherIsNotAdvised() {
    String where = "h1:9092 is the clients' port of node 1, and node %s is not there; a voter";
    String own = " is added at its own quorum listener";
    assertEquals(where.formatted(7) + own, fault(7, "h1", 9092));
    assertEquals(where.formatted(6) + own + ": 6@h6:9093", fault(6, "h1", 9092));
  }

  @Test
  void aBrokerAloneThatIsUpIsToBeStartedAnew() {
    assertTrue(fault(4, "h4", 9093).contains("process.roles=broker"), fault(4, "h4", 9093));
  }

  @Test
  void whatTheMetadataDoesNotTellTheNodeItselfIsAsked() {
    assertEquals(Optional.empty(), WishedVoters.fault(IMAGE, new Voter(1, "h1", 9093)));
    assertEquals("none", fault(5, "h5", 9093));
    assertEquals("none", fault(9, "h9", 9093));
  }
}
