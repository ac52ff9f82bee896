package dev.milena.metadata;

import java.util.List;

/**
 * A data directory as a broker presents it when it registers.
 *
 * @param incarnations the last runs that were written into it, at most {@link #MAX_INCARNATIONS}:
 *     this run, and the one before. If none of them is the last one that the quorum saw there, the
 *     directory was emptied, restored from a copy or swapped (replication rule 7)
 */
public record PresentedDirectory(DirectoryId id, List<IncarnationId> incarnations) {
  public static final int MAX_INCARNATIONS = 2;

  public PresentedDirectory {
    incarnations = List.copyOf(incarnations);
  }
}
