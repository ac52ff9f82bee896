package dev.milena.node.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataRecord;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class KnownMembersTest {
  @Test
  void rowsThatHoldNoAddressArePassedOver() {
    ClusterImage image =
        ClusterImage.EMPTY
            .with(
                List.of(
                    row(1, "kafka_1", 9092, "kafka_1:9093"),
                    row(2, " ", 9092, " :9093"),
                    row(3, "a/b", 9092, "a/b:9093"),
                    row(4, "[::1]", 9092, "[::1]:9093"),
                    row(5, "no-port", 0, "no-port:9093"),
                    row(6, "no-member", 9092, ""),
                    row(7, "::1", 9092, "[::1]:9093")))
            .image();
    PeerAddress told = new PeerAddress("told", 1);

    assertEquals(
        List.of(told, new PeerAddress("kafka_1", 9092), new PeerAddress("::1", 9092)),
        new KnownMembers(() -> List.of(told), () -> image).now());
  }

  @Test
  void whoFollowsOthersIsToldOfThemAlone() {
    PeerAddress self = new PeerAddress("host-1", 9092);
    PeerAddress other = new PeerAddress("host-2", 9092);
    ClusterImage image =
        ClusterImage.EMPTY
            .with(
                List.of(
                    row(1, "host-1", 9092, "host-1:9093"), row(2, "host-2", 9092, "host-2:9093")))
            .image();
    KnownMembers members = new KnownMembers(() -> List.of(self), () -> image);

    assertEquals(List.of(self, other), members.now());
    assertEquals(List.of(other), members.without(self).now());
  }

  private static MetadataRecord row(int id, String host, int port, String quorumAddress) {
    return new MetadataRecord.BrokerRegistered(
        new BrokerImage(
            id,
            new BrokerDescription(host, port, "", quorumAddress, "", false),
            new IncarnationId(id, id),
            "",
            TreePMap.empty(),
            new BrokerStanding(true, false, 0, 0),
            1));
  }
}
