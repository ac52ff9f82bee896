package dev.milena.quorum.ratis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Whose files a folder holds, in a file of its own: written before anything else, compared at every
 * start. Without it a member would take up another cluster's log as if it were its own.
 */
final class StorageIdentity {
  private StorageIdentity() {}

  /**
   * Claims a new folder, or checks a claimed one.
   *
   * @throws ForeignStorage when it is another's, or holds data but no identity
   */
  static void claim(QuorumSettings settings) throws IOException {
    Path file = settings.identityFile();
    String expected = text(settings);
    if (Files.exists(file)) {
      String found = Files.readString(file);
      if (!found.equals(expected)) {
        throw new ForeignStorage(
            "%s holds the quorum data of %s; this is %s: give the node its own log.dirs, or its own back"
                .formatted(settings.folder(), oneLine(found), oneLine(expected)));
      }
      return;
    }
    if (Files.exists(settings.raftFolder())) {
      throw new ForeignStorage(
          "%s holds quorum data of unknown origin: the file %s is missing"
              .formatted(settings.folder(), file.getFileName()));
    }
    Files.createDirectories(settings.folder());
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(written, expected);
    force(written);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    force(settings.folder());
  }

  private static String text(QuorumSettings settings) {
    // not formatted: a machine's locale may have digits of its own
    return "milena quorum 1\ncluster "
        + settings.clusterId()
        + "\nnode "
        + settings.nodeId()
        + "\n";
  }

  private static String oneLine(String text) {
    String rest = text.replaceFirst("^milena quorum 1\n", "");
    String line = rest.strip().replace('\n', ' ');
    return line.length() <= 200 ? line : line.substring(0, 200);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
