package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.log.LogDirectory;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.metadata.TopicImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a run shows of its disks when it registers (replication rule 7): which directories it has,
 * and, when one that the quorum knows is not among them as it was left, which replicas lie in those
 * that are.
 *
 * @param directories all of this run
 * @param held replicas in directories that are as the quorum saw them last; empty when all are
 */
record PresentedDirectories(List<PresentedDirectory> directories, List<PartitionId> held) {
  /**
   * Looks at the directories after this run was written into them.
   *
   * @param before this broker's row as the quorum knows it
   */
  static PresentedDirectories of(
      List<LogStorage.Volume> volumes, Optional<BrokerImage> before, ClusterImage image)
      throws IOException {
    List<PresentedDirectory> presented = new ArrayList<>();
    TreeSet<String> logs = new TreeSet<>();
    for (LogStorage.Volume volume : volumes) {
      LogDirectory directory = volume.directory();
      PresentedDirectory one =
          new PresentedDirectory(
              idOf(directory.id()),
              directory.incarnations().stream().map(RunChoice::idOf).toList());
      presented.add(one);
      if (before.isEmpty() || isAsItWas(one, before.get())) {
        logs.addAll(directory.logs());
      }
    }
    boolean whole =
        before.isEmpty()
            || before.get().directories().keySet().stream()
                .allMatch(id -> isAmong(presented, id, before.get()));
    return new PresentedDirectories(presented, whole ? List.of() : held(logs, image));
  }

  private static boolean isAmong(
      List<PresentedDirectory> presented, DirectoryId id, BrokerImage before) {
    return presented.stream().anyMatch(one -> one.id().equals(id) && isAsItWas(one, before));
  }

  private static boolean isAsItWas(PresentedDirectory one, BrokerImage before) {
    IncarnationId last = before.directories().get(one.id());
    return last != null && one.incarnations().contains(last);
  }

  private static List<PartitionId> held(TreeSet<String> logs, ClusterImage image) {
    List<PartitionId> held = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      for (int i = 0; i < topic.partitionCount(); i++) {
        PartitionId id = new PartitionId(topic.id(), i);
        if (logs.contains(id.toString())) {
          held.add(id);
        }
      }
    }
    return held;
  }

  private static DirectoryId idOf(UUID id) {
    return new DirectoryId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
