package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was flushed of each log of a directory and where it starts, and the file that keeps it. What
 * the file says is true on the device, though perhaps a little old.
 *
 * <p>It belongs to its {@link LogDirectory}, whose lock is held in every call.
 */
@OwnedBy(Owner.CREATOR)
final class Checkpoint {
  static final String NAME = "milena.checkpoint";

  private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);
  private static final String DAMAGED = ".damaged";

  private static final String TITLE = "milena-checkpoint 1";
  private static final int COLUMNS = 5;

  private final Disk disk;
  private final Path root;
  private final SortedMap<String, LogMark> marks;
  private final Set<String> forgotten = new HashSet<>();
  private long sizeInBytes;
  private boolean changed;

  private Checkpoint(Disk disk, Path root, SortedMap<String, LogMark> marks) {
    this.disk = disk;
    this.root = root;
    this.marks = marks;
    this.sizeInBytes = sizeInBytes(lines(marks));
  }

  /**
   * What the file says, nothing when there is none.
   *
   * <p>It is worth less than a start: without it each log is scanned from its last sealed segment
   * on, and only a loss of its very end goes unnoticed. So a damaged one is set aside.
   */
  static Checkpoint open(Disk disk, Path root) throws IOException {
    try {
      return new Checkpoint(disk, root, read(disk, root).orElse(new TreeMap<>()));
    } catch (CorruptLog damaged) {
      Path aside = root.resolve(NAME + DAMAGED);
      disk.rename(damaged.file(), aside);
      WholeIo.syncDirectory(disk, root);
      log.atError()
          .addKeyValue("file", aside)
          .addKeyValue("reason", damaged.reason())
          .log("the checkpoint of flushed ends was damaged and is set aside; check the disk");
      return new Checkpoint(disk, root, new TreeMap<>());
    }
  }

  /** What is known about a log; {@link LogMark#NONE} when nothing was promised. */
  LogMark mark(String name) {
    return marks.getOrDefault(name, LogMark.NONE);
  }

  void put(String name, LogMark mark) {
    changed |= !mark.equals(marks.put(name, mark));
  }

  void forget(String name) {
    changed |= marks.remove(name) != null;
    forgotten.add(name);
  }

  /** Whether the file may still tell of a log of this name that is gone. */
  boolean isToForget(String name) {
    return forgotten.contains(name);
  }

  /** How large the file is, but for its last line. */
  long sizeInBytes() {
    return sizeInBytes;
  }

  private static long sizeInBytes(List<String> lines) {
    long bytes = 0;
    for (String line : lines) {
      bytes += line.length() + 1;
    }
    return bytes;
  }

  /**
   * Replaces the file, unless it says all this already: of thousands of logs, written to or not, it
   * is asked every second.
   */
  void write() throws IOException {
    if (changed) {
      List<String> lines = lines(marks);
      CheckedFile.write(disk, root.resolve(NAME), lines);
      sizeInBytes = sizeInBytes(lines);
      changed = false;
    }
    forgotten.clear();
  }

  /**
   * Reads the rows, by log name.
   *
   * @return empty when there is no such file
   * @throws CorruptLog when it is damaged
   */
  static Optional<SortedMap<String, LogMark>> read(Disk disk, Path root) throws IOException {
    Path path = root.resolve(NAME);
    Optional<List<String>> lines = CheckedFile.read(disk, path);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    List<String> rows = lines.get();
    if (rows.isEmpty() || !rows.getFirst().equals(TITLE)) {
      throw new CorruptLog(path, 0, "the first line is not \"" + TITLE + "\"");
    }
    SortedMap<String, LogMark> marks = new TreeMap<>();
    for (String row : rows.subList(1, rows.size())) {
      parse(path, row, marks);
    }
    return Optional.of(marks);
  }

  static List<String> lines(SortedMap<String, LogMark> marks) {
    List<String> lines = new ArrayList<>();
    lines.add(TITLE);
    for (Map.Entry<String, LogMark> row : marks.entrySet()) {
      LogPosition flushed = row.getValue().flushed();
      lines.add(
          String.join(
              " ",
              row.getKey(),
              Long.toString(row.getValue().logStart()),
              Long.toString(flushed.offset()),
              Long.toString(flushed.segmentBase()),
              Integer.toString(flushed.position())));
    }
    return lines;
  }

  private static void parse(Path path, String row, Map<String, LogMark> marks) throws CorruptLog {
    String[] columns = row.split(" ", -1);
    try {
      if (columns.length == COLUMNS) {
        LogPosition flushed =
            new LogPosition(
                Long.parseLong(columns[2]),
                Long.parseLong(columns[3]),
                Integer.parseInt(columns[4]));
        marks.put(columns[0], new LogMark(Long.parseLong(columns[1]), flushed));
        return;
      }
    } catch (NumberFormatException malformed) {
      throw new CorruptLog(path, 0, "\"" + row + "\" holds something that is no number");
    }
    throw new CorruptLog(path, 0, "\"" + row + "\" does not have " + COLUMNS + " columns");
  }
}
