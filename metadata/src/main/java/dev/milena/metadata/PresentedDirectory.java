package dev.milena.metadata;

import java.util.List;

/**
 * A data directory as a broker presents it when it registers.
 *
 * @param incarnations the last runs that were written into it, at most {@link #MAX_INCARNATIONS}:
 *     this run, and the one before. If none of them is the last one that the quorum saw there, the
 *     directory was emptied, restored from a copy or swapped (replication rule 7)
 * @param closedCleanly whether the marker of an orderly stop lay in it when this run opened it
 * @param replicas those that lie in it, where that must be told: it is not as it was left and yet
 *     there, and another one is not there at all. Else empty
 */
public record PresentedDirectory(
    DirectoryId id,
    List<IncarnationId> incarnations,
    boolean closedCleanly,
    List<PartitionId> replicas) {
  public static final int MAX_INCARNATIONS = 2;

  public PresentedDirectory {
    incarnations = List.copyOf(incarnations);
    replicas = List.copyOf(replicas);
  }
}
