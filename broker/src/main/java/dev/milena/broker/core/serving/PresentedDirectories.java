package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.log.LogDirectory;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.DirectoryMatch;
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
    for (LogStorage.Volume volume : volumes) {
      presented.add(presented(volume.directory(), List.of()));
    }
    if (before.isEmpty() || DirectoryMatch.allAreAsTheyWereLeft(before.get(), presented)) {
      return new PresentedDirectories(presented, List.of());
    }
    return compared(volumes, presented, before.get(), image);
  }

  /** The quorum cannot see where a replica lies; so it is told, as far as that matters. */
  private static PresentedDirectories compared(
      List<LogStorage.Volume> volumes,
      List<PresentedDirectory> presented,
      BrokerImage before,
      ClusterImage image)
      throws IOException {
    boolean oneIsGone = !DirectoryMatch.allAreThere(before, presented);
    TreeSet<String> held = new TreeSet<>();
    List<PresentedDirectory> told = new ArrayList<>();
    for (int i = 0; i < presented.size(); i++) {
      LogDirectory directory = volumes.get(i).directory();
      PresentedDirectory one = presented.get(i);
      if (DirectoryMatch.isAsItWasLeft(before, one)) {
        held.addAll(directory.logs());
      } else if (oneIsGone && DirectoryMatch.isThere(before, one)) {
        one = presented(directory, replicas(new TreeSet<>(directory.logs()), image));
      }
      told.add(one);
    }
    return new PresentedDirectories(told, replicas(held, image));
  }

  private static PresentedDirectory presented(LogDirectory directory, List<PartitionId> replicas) {
    return new PresentedDirectory(
        idOf(directory.id()),
        directory.incarnations().stream().map(RunChoice::idOf).toList(),
        directory.wasClosedCleanly(),
        replicas);
  }

  private static List<PartitionId> replicas(TreeSet<String> logs, ClusterImage image) {
    List<PartitionId> replicas = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      for (int i = 0; i < topic.partitionCount(); i++) {
        PartitionId id = new PartitionId(topic.id(), i);
        if (logs.contains(id.toString())) {
          replicas.add(id);
        }
      }
    }
    return replicas;
  }

  private static DirectoryId idOf(UUID id) {
    return new DirectoryId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
