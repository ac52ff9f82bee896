package dev.milena.log;

import dev.milena.log.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who a log directory is: an id for as long as it exists, and the last two incarnations of the
 * broker that used it, by which the quorum tells a disk that was emptied, restored or swapped
 * (replication.md, rule 7).
 *
 * @param id never changes
 * @param incarnations the newest first; at most two
 */
record DirectoryIdentity(UUID id, List<UUID> incarnations) {
  static final String NAME = "milena.directory";

  private static final String TITLE = "milena-directory 1";
  private static final String ID = "id ";
  private static final String INCARNATION = "incarnation ";
  private static final int KEPT_INCARNATIONS = 2;

  /** Reads the identity; empty when the directory has none yet. */
  static Optional<DirectoryIdentity> read(Disk disk, Path root) throws IOException {
    Path path = root.resolve(NAME);
    Optional<List<String>> lines = CheckedFile.read(disk, path);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    List<String> rows = lines.get();
    if (rows.size() < 2 || !rows.get(0).equals(TITLE) || !rows.get(1).startsWith(ID)) {
      throw new CorruptLog(path, 0, "it does not begin with \"" + TITLE + "\" and an id");
    }
    List<UUID> incarnations = new ArrayList<>();
    for (String row : rows.subList(2, rows.size())) {
      incarnations.add(uuid(path, row, INCARNATION));
    }
    return Optional.of(
        new DirectoryIdentity(uuid(path, rows.get(1), ID), List.copyOf(incarnations)));
  }

  DirectoryIdentity after(UUID incarnation) {
    List<UUID> next = new ArrayList<>();
    next.add(incarnation);
    for (UUID earlier : incarnations) {
      if (next.size() < KEPT_INCARNATIONS) {
        next.add(earlier);
      }
    }
    return new DirectoryIdentity(id, List.copyOf(next));
  }

  void write(Disk disk, Path root) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(TITLE);
    lines.add(ID + id);
    for (UUID incarnation : incarnations) {
      lines.add(INCARNATION + incarnation);
    }
    CheckedFile.write(disk, root.resolve(NAME), lines);
  }

  private static UUID uuid(Path path, String row, String title) throws CorruptLog {
    if (row.startsWith(title)) {
      try {
        return UUID.fromString(row.substring(title.length()));
      } catch (IllegalArgumentException malformed) {
        throw new CorruptLog(path, 0, "\"" + row + "\" holds no id");
      }
    }
    throw new CorruptLog(path, 0, "\"" + row + "\" is not a line that belongs there");
  }
}
