package dev.milena.log;

import dev.milena.log.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file in which a directory keeps what was flushed of each log and where it starts. What it
 * says is true on the device, though perhaps a little old.
 */
final class Checkpoint {
  static final String NAME = "milena.checkpoint";

  private static final String TITLE = "milena-checkpoint 1";
  private static final int COLUMNS = 5;

  private Checkpoint() {}

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
