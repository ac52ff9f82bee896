package dev.milena.log;

import dev.milena.log.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Says in a log's folder whose it is, for whoever swaps two by hand: logs of one shape would serve
 * each other's records, and no checkpoint tells them apart (I3).
 *
 * <p>It is an empty file whose name says it, so it is on the device with the name of the first
 * segment, at no cost of its own.
 */
final class NameMark {
  static final String BEGINNING = "name.";

  private NameMark() {}

  /** Of a folder that has no segment yet, before it is synced. */
  static void make(Disk disk, Path folder) throws IOException {
    Path mark = folder.resolve(BEGINNING + folder.getFileName());
    if (!disk.exists(mark)) {
      disk.create(mark).close();
    }
  }

  /**
   * Refuses another log's folder. One without a mark, which somebody has deleted, is taken for what
   * it is called.
   *
   * @param names of the files in it
   * @throws MisnamedLog naming both
   */
  static void require(Path folder, List<String> names) throws MisnamedLog {
    String own = String.valueOf(folder.getFileName());
    for (String name : names) {
      if (name.startsWith(BEGINNING) && !name.equals(BEGINNING + own)) {
        throw new MisnamedLog(folder, name.substring(BEGINNING.length()));
      }
    }
  }
}
