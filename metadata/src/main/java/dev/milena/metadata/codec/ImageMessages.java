package dev.milena.metadata.codec;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Leadership;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.peer.v1.Origin;
import dev.milena.proto.peer.v1.Pair;
import dev.milena.proto.peer.v1.PartitionRow;
import dev.milena.proto.peer.v1.TopicRow;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.pcollections.TreePMap;

/** The parts of an image as protobuf messages; records and rows are made of the same ones. */
final class ImageMessages {
  private ImageMessages() {}

  static PartitionRow of(PartitionImage partition) {
    PartitionRow.Builder row =
        PartitionRow.newBuilder()
            .setPartition(partition.partition())
            .setLeader(partition.leader())
            .setLeaderEpoch(partition.leaderEpoch())
            .setPartitionEpoch(partition.partitionEpoch())
            .addAllReplicas(partition.replicas())
            .addAllIsr(partition.isr())
            .addAllElr(partition.elr())
            .addAllTarget(partition.reassignment().target())
            .addAllOrigin(partition.reassignment().origin());
    if (partition.hasLastKnownLeader()) {
      row.setLastKnownLeader(partition.lastKnownLeader());
    }
    return row.build();
  }

  static PartitionImage partition(PartitionRow row) {
    return new PartitionImage(
        row.getPartition(),
        new Leadership(
            row.getLeader(),
            row.getLeaderEpoch(),
            row.hasLastKnownLeader() ? row.getLastKnownLeader() : PartitionImage.NO_LEADER),
        row.getPartitionEpoch(),
        row.getReplicasList(),
        row.getIsrList(),
        row.getElrList(),
        row.getTargetCount() == 0
            ? Reassignment.NONE
            : new Reassignment(row.getOriginList(), row.getTargetList()));
  }

  static List<PartitionRow> ofAll(Iterable<PartitionImage> partitions) {
    List<PartitionRow> rows = new ArrayList<>();
    partitions.forEach(partition -> rows.add(of(partition)));
    return rows;
  }

  static List<PartitionImage> partitions(List<PartitionRow> rows) {
    return rows.stream().map(ImageMessages::partition).toList();
  }

  /** The topic without its partitions: they have rows of their own. */
  static TopicRow of(
      TopicId id, String name, int minInsync, SortedMap<String, String> configs, int partitions) {
    return TopicRow.newBuilder()
        .setId(IdBytes.of(id))
        .setName(name)
        .setDefaultMinInsync(minInsync)
        .addAllConfigs(pairs(configs))
        .setPartitionCount(partitions)
        .build();
  }

  static TopicImage topic(TopicRow row, List<PartitionImage> partitions) throws UnreadableMetadata {
    if (row.getPartitionCount() != partitions.size()) {
      throw new UnreadableMetadata(
          "topic %s has %s partitions, %s were found"
              .formatted(row.getName(), row.getPartitionCount(), partitions.size()));
    }
    return new TopicImage(
        IdBytes.topic(row.getId()),
        row.getName(),
        row.getDefaultMinInsync(),
        map(row.getConfigsList()),
        row.getAcksBeforeFlush(),
        partitions);
  }

  static Origin of(CommandOrigin origin) {
    return Origin.newBuilder()
        .setPrincipal(origin.principal())
        .setAddress(origin.address())
        .setTool(origin.tool())
        .build();
  }

  static CommandOrigin origin(Origin origin) {
    return new CommandOrigin(origin.getPrincipal(), origin.getAddress(), origin.getTool());
  }

  static List<Pair> pairs(SortedMap<String, String> map) {
    List<Pair> pairs = new ArrayList<>(map.size());
    map.forEach((key, value) -> pairs.add(Pair.newBuilder().setKey(key).setValue(value).build()));
    return pairs;
  }

  static TreePMap<String, String> map(List<Pair> pairs) {
    TreePMap<String, String> map = TreePMap.empty();
    for (Pair pair : pairs) {
      map = map.plus(pair.getKey(), pair.getValue());
    }
    return map;
  }
}
