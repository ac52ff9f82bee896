package dev.milena.metadata.codec;

import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataRecord.BrokerFenced;
import dev.milena.metadata.MetadataRecord.BrokerRegistered;
import dev.milena.metadata.MetadataRecord.BrokerRemoved;
import dev.milena.metadata.MetadataRecord.BrokerStopBegun;
import dev.milena.metadata.MetadataRecord.BrokerUnfenced;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataRecord.PartitionsAdded;
import dev.milena.metadata.MetadataRecord.TopicConfigsChanged;
import dev.milena.metadata.MetadataRecord.TopicCreated;
import dev.milena.metadata.MetadataRecord.TopicDeleted;
import dev.milena.metadata.MetadataRecord.VotersNoted;
import dev.milena.proto.peer.v1.BrokerDrainChangedRecord;
import dev.milena.proto.peer.v1.BrokerFencedRecord;
import dev.milena.proto.peer.v1.BrokerRemovedRecord;
import dev.milena.proto.peer.v1.BrokerStopBegunRecord;
import dev.milena.proto.peer.v1.BrokerUnfencedRecord;
import dev.milena.proto.peer.v1.PartitionChangedRecord;
import dev.milena.proto.peer.v1.PartitionsAddedRecord;
import dev.milena.proto.peer.v1.ProducerIdsAllocatedRecord;
import dev.milena.proto.peer.v1.Record;
import dev.milena.proto.peer.v1.TopicConfigsChangedRecord;
import dev.milena.proto.peer.v1.TopicCreatedRecord;
import dev.milena.proto.peer.v1.TopicDeletedRecord;
import dev.milena.proto.peer.v1.TopicRow;
import dev.milena.proto.peer.v1.UncleanLeaderElectedRecord;

/** Records as protobuf messages. */
final class RecordMessages {
  private RecordMessages() {}

  static Record of(MetadataRecord one) {
    Record.Builder message = Record.newBuilder();
    switch (one) {
      case TopicCreated created -> message.setTopicCreated(of(created));
      case PartitionsAdded added ->
          message.setPartitionsAdded(
              PartitionsAddedRecord.newBuilder()
                  .setTopicId(IdBytes.of(added.id()))
                  .addAllPartitions(ImageMessages.ofAll(added.partitions())));
      case TopicConfigsChanged changed ->
          message.setTopicConfigsChanged(
              TopicConfigsChangedRecord.newBuilder()
                  .setTopicId(IdBytes.of(changed.id()))
                  .addAllSet(ImageMessages.pairs(changed.set()))
                  .addAllDeleted(changed.deleted()));
      case TopicDeleted deleted ->
          message.setTopicDeleted(
              TopicDeletedRecord.newBuilder().setTopicId(IdBytes.of(deleted.id())));
      case PartitionChanged changed ->
          message.setPartitionChanged(
              PartitionChangedRecord.newBuilder()
                  .setTopicId(IdBytes.of(changed.id()))
                  .setPartition(ImageMessages.of(changed.partition())));
      case MetadataRecord.UncleanLeaderElected elected ->
          message.setUncleanLeaderElected(of(elected));
      case BrokerRegistered registered ->
          message.setBrokerRegistered(BrokerMessages.of(registered.broker()));
      case BrokerFenced fenced -> message.setBrokerFenced(of(fenced));
      case BrokerUnfenced unfenced -> message.setBrokerUnfenced(of(unfenced));
      case BrokerStopBegun begun -> message.setBrokerStopBegun(of(begun));
      case MetadataRecord.BrokerDrainChanged(int id, long epoch, boolean draining) ->
          message.setBrokerDrainChanged(
              BrokerDrainChangedRecord.newBuilder()
                  .setBrokerId(id)
                  .setBrokerEpoch(epoch)
                  .setDraining(draining));
      case BrokerRemoved removed ->
          message.setBrokerRemoved(
              BrokerRemovedRecord.newBuilder().setBrokerId(removed.brokerId()));
      case VotersNoted noted -> message.setVotersNoted(VoterMessages.of(noted));
      case MetadataRecord.ProducerIdsAllocated allocated ->
          message.setProducerIdsAllocated(
              ProducerIdsAllocatedRecord.newBuilder().setNext(allocated.next()));
    }
    return message.build();
  }

  static MetadataRecord record(Record message) throws UnreadableMetadata {
    return switch (message.getRecordCase()) {
      case TOPIC_CREATED -> created(message.getTopicCreated());
      case PARTITIONS_ADDED ->
          new PartitionsAdded(
              IdBytes.topic(message.getPartitionsAdded().getTopicId()),
              ImageMessages.partitions(message.getPartitionsAdded().getPartitionsList()));
      case TOPIC_CONFIGS_CHANGED -> configsChanged(message.getTopicConfigsChanged());
      case TOPIC_DELETED -> new TopicDeleted(IdBytes.topic(message.getTopicDeleted().getTopicId()));
      case PARTITION_CHANGED ->
          new PartitionChanged(
              IdBytes.topic(message.getPartitionChanged().getTopicId()),
              ImageMessages.partition(message.getPartitionChanged().getPartition()));
      case UNCLEAN_LEADER_ELECTED -> unclean(message.getUncleanLeaderElected());
      case BROKER_REGISTERED ->
          new BrokerRegistered(BrokerMessages.broker(message.getBrokerRegistered()));
      case BROKER_FENCED -> fenced(message.getBrokerFenced());
      case BROKER_UNFENCED -> unfenced(message.getBrokerUnfenced());
      case BROKER_STOP_BEGUN -> begun(message.getBrokerStopBegun());
      case BROKER_DRAIN_CHANGED ->
          new MetadataRecord.BrokerDrainChanged(
              message.getBrokerDrainChanged().getBrokerId(),
              message.getBrokerDrainChanged().getBrokerEpoch(),
              message.getBrokerDrainChanged().getDraining());
      case BROKER_REMOVED -> new BrokerRemoved(message.getBrokerRemoved().getBrokerId());
      case VOTERS_NOTED -> VoterMessages.noted(message.getVotersNoted());
      case PRODUCER_IDS_ALLOCATED ->
          new MetadataRecord.ProducerIdsAllocated(message.getProducerIdsAllocated().getNext());
      case RECORD_NOT_SET -> throw new UnreadableMetadata("a record of a newer release");
    };
  }

  private static TopicCreatedRecord of(TopicCreated created) {
    return TopicCreatedRecord.newBuilder()
        .setTopic(
            ImageMessages.of(
                created.id(),
                created.name(),
                created.defaultMinInsync(),
                created.configs(),
                created.partitions().size()))
        .addAllPartitions(ImageMessages.ofAll(created.partitions()))
        .build();
  }

  private static TopicCreated created(TopicCreatedRecord message) throws UnreadableMetadata {
    TopicRow topic = message.getTopic();
    return new TopicCreated(
        IdBytes.topic(topic.getId()),
        topic.getName(),
        topic.getDefaultMinInsync(),
        ImageMessages.map(topic.getConfigsList()),
        ImageMessages.partitions(message.getPartitionsList()));
  }

  private static TopicConfigsChanged configsChanged(TopicConfigsChangedRecord message)
      throws UnreadableMetadata {
    return new TopicConfigsChanged(
        IdBytes.topic(message.getTopicId()),
        ImageMessages.map(message.getSetList()),
        message.getDeletedList());
  }

  private static UncleanLeaderElectedRecord of(MetadataRecord.UncleanLeaderElected elected) {
    return UncleanLeaderElectedRecord.newBuilder()
        .setTopicId(IdBytes.of(elected.id()))
        .setPartition(elected.partition())
        .setLeader(elected.leader())
        .setLeaderEpoch(elected.epoch())
        .build();
  }

  private static MetadataRecord.UncleanLeaderElected unclean(UncleanLeaderElectedRecord message)
      throws UnreadableMetadata {
    return new MetadataRecord.UncleanLeaderElected(
        IdBytes.topic(message.getTopicId()),
        message.getPartition(),
        message.getLeader(),
        message.getLeaderEpoch());
  }

  private static BrokerFencedRecord of(BrokerFenced fenced) {
    return BrokerFencedRecord.newBuilder()
        .setBrokerId(fenced.brokerId())
        .setBrokerEpoch(fenced.brokerEpoch())
        .build();
  }

  private static BrokerFenced fenced(BrokerFencedRecord message) {
    return new BrokerFenced(message.getBrokerId(), message.getBrokerEpoch());
  }

  private static BrokerUnfencedRecord of(BrokerUnfenced unfenced) {
    return BrokerUnfencedRecord.newBuilder()
        .setBrokerId(unfenced.brokerId())
        .setBrokerEpoch(unfenced.brokerEpoch())
        .setUpMs(unfenced.upMs())
        .build();
  }

  private static BrokerUnfenced unfenced(BrokerUnfencedRecord message) {
    return new BrokerUnfenced(message.getBrokerId(), message.getBrokerEpoch(), message.getUpMs());
  }

  private static BrokerStopBegunRecord of(BrokerStopBegun begun) {
    return BrokerStopBegunRecord.newBuilder()
        .setBrokerId(begun.brokerId())
        .setBrokerEpoch(begun.brokerEpoch())
        .build();
  }

  private static BrokerStopBegun begun(BrokerStopBegunRecord message) {
    return new BrokerStopBegun(message.getBrokerId(), message.getBrokerEpoch());
  }
}
