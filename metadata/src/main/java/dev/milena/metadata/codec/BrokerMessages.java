package dev.milena.metadata.codec;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.BrokerRow;
import dev.milena.proto.peer.v1.DirectoryRow;
import org.pcollections.TreePMap;

/** Rows of brokers as protobuf messages. */
final class BrokerMessages {
  private BrokerMessages() {}

  static BrokerRow of(BrokerImage broker) {
    BrokerRow.Builder row =
        BrokerRow.newBuilder()
            .setId(broker.id())
            .setHost(broker.host())
            .setPort(broker.port())
            .setRack(broker.rack())
            .setFenced(broker.fenced())
            .setIncarnation(IdBytes.of(broker.incarnation()))
            .setBrokerEpoch(broker.brokerEpoch())
            .setQuorumAddress(broker.description().quorumAddress())
            .setVersion(broker.description().version())
            .setStopping(broker.stopping())
            .setDraining(broker.standing().draining())
            .setRegisteredMs(broker.standing().registeredMs())
            .setUpMs(broker.standing().upMs())
            .setTokenHash(broker.tokenHash())
            .setAcksBeforeFlush(broker.description().acksBeforeFlush());
    broker
        .directories()
        .forEach((id, incarnation) ->
            row.addDirectories(
                DirectoryRow.newBuilder()
                    .setId(IdBytes.of(id))
                    .setIncarnation(IdBytes.of(incarnation))));
    return row.build();
  }

  static BrokerImage broker(BrokerRow row) throws UnreadableMetadata {
    TreePMap<DirectoryId, IncarnationId> directories = TreePMap.empty();
    for (DirectoryRow directory : row.getDirectoriesList()) {
      directories =
          directories.plus(
              IdBytes.directory(directory.getId()),
              IdBytes.incarnation(directory.getIncarnation()));
    }
    return new BrokerImage(
        row.getId(),
        new BrokerDescription(
            row.getHost(),
            row.getPort(),
            row.getRack(),
            row.getQuorumAddress(),
            row.getVersion(),
            row.getAcksBeforeFlush()),
        IdBytes.incarnation(row.getIncarnation()),
        row.getTokenHash(),
        directories,
        new BrokerStanding(
            row.getFenced(),
            row.getStopping(),
            row.getDraining(),
            row.getRegisteredMs(),
            row.getUpMs()),
        row.getBrokerEpoch());
  }
}
