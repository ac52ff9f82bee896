package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which replicas a registering broker has lost, by the directories it presents (replication rule
 * 7). Pure comparison of incarnations: whether a disk was shut down cleanly plays no part.
 */
final class DirectoryMatch {
  private DirectoryMatch() {}

  /**
   * Tells which partitions the new run does not hold any more.
   *
   * @param before the row of the run before
   */
  static Predicate<PartitionId> lost(BrokerImage before, RegisterBroker register) {
    if (allMatched(before.directories(), register.directories())) {
      return partition -> false;
    }
    TreeSet<PartitionId> held = new TreeSet<>(register.held());
    return partition -> !held.contains(partition);
  }

  private static boolean allMatched(
      Map<DirectoryId, IncarnationId> known, List<PresentedDirectory> presented) {
    TreeMap<DirectoryId, List<IncarnationId>> incarnations = new TreeMap<>();
    presented.forEach(directory -> incarnations.put(directory.id(), directory.incarnations()));
    return known.entrySet().stream()
        .allMatch(entry ->
            incarnations.getOrDefault(entry.getKey(), List.of()).contains(entry.getValue()));
  }
}
