package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.proto.peer.v1.BrokerRow;
import dev.milena.proto.peer.v1.DirectoryIncarnations;
import dev.milena.proto.peer.v1.DirectoryRow;
import dev.milena.proto.peer.v1.RegisterBrokerCommand;
import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;

/** Brokers and their registrations as protobuf messages. */
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
            .setRegisteredMs(broker.standing().registeredMs())
            .setUpMs(broker.standing().upMs())
            .setTokenHash(broker.tokenHash());
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
            row.getHost(), row.getPort(), row.getRack(), row.getQuorumAddress(), row.getVersion()),
        IdBytes.incarnation(row.getIncarnation()),
        row.getTokenHash(),
        directories,
        new BrokerStanding(
            row.getFenced(), row.getStopping(), row.getRegisteredMs(), row.getUpMs()),
        row.getBrokerEpoch());
  }

  static RegisterBrokerCommand of(RegisterBroker register) {
    RegisterBrokerCommand.Builder message =
        RegisterBrokerCommand.newBuilder()
            .setBrokerId(register.brokerId())
            .setHost(register.description().host())
            .setPort(register.description().port())
            .setRack(register.description().rack())
            .setIncarnation(IdBytes.of(register.incarnation()))
            .setReplaces(IdBytes.of(register.replaces()))
            .setQuorumAddress(register.description().quorumAddress())
            .setVersion(register.description().version())
            .setTokenHash(register.tokenHash())
            .addAllHeld(PartitionMessages.of(register.held()));
    for (PresentedDirectory directory : register.directories()) {
      message.addDirectories(
          DirectoryIncarnations.newBuilder()
              .setId(IdBytes.of(directory.id()))
              .addAllIncarnations(directory.incarnations().stream().map(IdBytes::of).toList()));
    }
    return message.build();
  }

  static RegisterBroker register(RegisterBrokerCommand message) throws UnreadableMetadata {
    List<PresentedDirectory> directories = new ArrayList<>();
    for (DirectoryIncarnations directory : message.getDirectoriesList()) {
      List<IncarnationId> incarnations = new ArrayList<>();
      for (ByteString incarnation : directory.getIncarnationsList()) {
        incarnations.add(IdBytes.incarnation(incarnation));
      }
      directories.add(new PresentedDirectory(IdBytes.directory(directory.getId()), incarnations));
    }
    return new RegisterBroker(
        message.getBrokerId(),
        new BrokerDescription(
            message.getHost(),
            message.getPort(),
            message.getRack(),
            message.getQuorumAddress(),
            message.getVersion()),
        IdBytes.incarnation(message.getIncarnation()),
        IdBytes.incarnation(message.getReplaces()),
        message.getTokenHash(),
        directories,
        PartitionMessages.ids(message.getHeldList()));
  }
}
