package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.AllocateProducerIds;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.DrainBroker;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.proto.peer.v1.AllocateProducerIdsCommand;
import dev.milena.proto.peer.v1.DecommissionBrokerCommand;
import dev.milena.proto.peer.v1.DirectoryIncarnations;
import dev.milena.proto.peer.v1.DrainBrokerCommand;
import dev.milena.proto.peer.v1.FenceBrokerCommand;
import dev.milena.proto.peer.v1.RegisterBrokerCommand;
import dev.milena.proto.peer.v1.ReportLostReplicasCommand;
import dev.milena.proto.peer.v1.StopBrokerCommand;
import dev.milena.proto.peer.v1.UnfenceBrokerCommand;
import java.util.ArrayList;
import java.util.List;

/** Commands about brokers as protobuf messages. */
final class BrokerCommandMessages {
  private BrokerCommandMessages() {}

  static FenceBrokerCommand of(FenceBroker fence) {
    return FenceBrokerCommand.newBuilder()
        .setBrokerId(fence.brokerId())
        .setBrokerEpoch(fence.brokerEpoch())
        .build();
  }

  static FenceBroker fence(FenceBrokerCommand message) {
    return new FenceBroker(message.getBrokerId(), message.getBrokerEpoch());
  }

  static UnfenceBrokerCommand of(UnfenceBroker unfence) {
    return UnfenceBrokerCommand.newBuilder()
        .setBrokerId(unfence.brokerId())
        .setBrokerEpoch(unfence.brokerEpoch())
        .build();
  }

  static UnfenceBroker unfence(UnfenceBrokerCommand message) {
    return new UnfenceBroker(message.getBrokerId(), message.getBrokerEpoch());
  }

  static StopBrokerCommand of(StopBroker stop) {
    return StopBrokerCommand.newBuilder()
        .setBrokerId(stop.brokerId())
        .setBrokerEpoch(stop.brokerEpoch())
        .build();
  }

  static StopBroker stop(StopBrokerCommand message) {
    return new StopBroker(message.getBrokerId(), message.getBrokerEpoch());
  }

  static DecommissionBrokerCommand of(DecommissionBroker decommission) {
    return DecommissionBrokerCommand.newBuilder().setBrokerId(decommission.brokerId()).build();
  }

  static DecommissionBroker decommission(DecommissionBrokerCommand message) {
    return new DecommissionBroker(message.getBrokerId());
  }

  static AllocateProducerIdsCommand of(AllocateProducerIds allocate) {
    return AllocateProducerIdsCommand.newBuilder()
        .setBrokerId(allocate.brokerId())
        .setBrokerEpoch(allocate.brokerEpoch())
        .build();
  }

  static AllocateProducerIds allocate(AllocateProducerIdsCommand message) {
    return new AllocateProducerIds(message.getBrokerId(), message.getBrokerEpoch());
  }

  static DrainBrokerCommand of(DrainBroker drain) {
    return DrainBrokerCommand.newBuilder()
        .setBrokerId(drain.brokerId())
        .setCancel(drain.cancel())
        .build();
  }

  static ReportLostReplicasCommand of(ReportLostReplicas lost) {
    return ReportLostReplicasCommand.newBuilder()
        .setBrokerId(lost.brokerId())
        .setBrokerEpoch(lost.brokerEpoch())
        .addAllPartitions(PartitionMessages.of(lost.partitions()))
        .setUnlessAlone(lost.unlessAlone())
        .build();
  }

  static ReportLostReplicas lost(ReportLostReplicasCommand message) throws UnreadableMetadata {
    return new ReportLostReplicas(
        message.getBrokerId(),
        message.getBrokerEpoch(),
        PartitionMessages.ids(message.getPartitionsList()),
        message.getUnlessAlone());
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
            .setAcksBeforeFlush(register.description().acksBeforeFlush())
            .addAllHeld(PartitionMessages.of(register.held()));
    for (PresentedDirectory directory : register.directories()) {
      message.addDirectories(
          DirectoryIncarnations.newBuilder()
              .setId(IdBytes.of(directory.id()))
              .addAllIncarnations(directory.incarnations().stream().map(IdBytes::of).toList())
              .setClosedCleanly(directory.closedCleanly())
              .addAllReplicas(PartitionMessages.of(directory.replicas())));
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
      directories.add(
          new PresentedDirectory(
              IdBytes.directory(directory.getId()),
              incarnations,
              directory.getClosedCleanly(),
              PartitionMessages.ids(directory.getReplicasList())));
    }
    return new RegisterBroker(
        message.getBrokerId(),
        new BrokerDescription(
            message.getHost(),
            message.getPort(),
            message.getRack(),
            message.getQuorumAddress(),
            message.getVersion(),
            message.getAcksBeforeFlush()),
        IdBytes.incarnation(message.getIncarnation()),
        IdBytes.incarnation(message.getReplaces()),
        message.getTokenHash(),
        directories,
        PartitionMessages.ids(message.getHeldList()));
  }
}
