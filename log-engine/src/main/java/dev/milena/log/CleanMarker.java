package dev.milena.log;

import dev.milena.log.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file that is in a directory only between an orderly stop and the next start. */
final class CleanMarker {
  static final String NAME = "milena.clean";

  private static final List<String> LINES = List.of("milena-clean 1");

  private CleanMarker() {}

  /** Whether it was there; it is not any more, on the device too. */
  static boolean take(Disk disk, Path root) throws IOException {
    Path marker = root.resolve(NAME);
    boolean clean;
    try {
      clean = CheckedFile.read(disk, marker).equals(Optional.of(LINES));
    } catch (CorruptLog damaged) {
      clean = false;
    }
    disk.delete(marker);
    WholeIo.syncDirectory(disk, root);
    return clean;
  }

  static void leave(Disk disk, Path root) throws IOException {
    CheckedFile.write(disk, root.resolve(NAME), LINES);
  }
}
