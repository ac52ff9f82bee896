package dev.milena.node.directory;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Which cluster the settings speak of.
 *
 * @param told cluster.id, when it is set: directories of another cluster are refused
 * @param ifNew what new directories are marked with; by chance when empty
 */
public record WantedCluster(Optional<UUID> told, Optional<UUID> ifNew) {
  /** Settings that say nothing of it. */
  public static final WantedCluster ANY = new WantedCluster(Optional.empty(), Optional.empty());

  /** What directories that hold nothing yet are marked with, whatever they were before. */
  Optional<UUID> settled() {
    return ifNew.filter(cluster -> told.isEmpty() || told.get().equals(cluster));
  }

  void check(UUID found, Path directory) throws CannotStart {
    if (told.isPresent() && !told.get().equals(found)) {
      throw new CannotStart(
          ExitCode.STORAGE,
          "%s says that the directory belongs to cluster %s, and cluster.id is %s; name the directory of this cluster with log.dirs, or its id"
              .formatted(
                  directory.resolve(DirectoryIdentity.FILE),
                  ShownId.of(found),
                  ShownId.of(told.get())));
    }
  }
}
