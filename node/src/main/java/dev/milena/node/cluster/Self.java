package dev.milena.node.cluster;

import dev.milena.quorum.grpc.DiskSpace;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * This node.
 *
 * @param clusterId 22 characters
 */
public record Self(int nodeId, String clusterId, List<Path> logDirectories) {
  /** Copies the list. */
  public Self {
    logDirectories = List.copyOf(logDirectories);
  }

  /** Its log directories as they are now; blocks as disks do. */
  public List<DiskSpace> disks() {
    return logDirectories.stream().map(Self::look).flatMap(Optional::stream).toList();
  }

  private static Optional<DiskSpace> look(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return Optional.of(
          new DiskSpace(directory.toString(), store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException gone) {
      // its absence is the answer: whoever looks sees a directory less than there should be
      return Optional.empty();
    }
  }
}
