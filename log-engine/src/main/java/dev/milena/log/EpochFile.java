package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file that keeps a log's {@link EpochHistory}. It is written before an index file is: recovery
 * learns the epochs of all batches that no index vouches for from their headers anyway, so changing
 * leaders costs no sync and a full device delays nothing.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class EpochFile {
  static final String NAME = "leader-epochs";

  private static final String TITLE = "milena-epochs 1";

  private final Disk disk;
  private final Path path;
  private long writtenVersion;

  EpochFile(Disk disk, Path folder) {
    this.disk = disk;
    this.path = folder.resolve(NAME);
  }

  /** Writes the history unless the file has it already. */
  void write(EpochHistory history) throws IOException {
    if (history.version() == writtenVersion) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(TITLE);
    for (int i = 0; i < history.size(); i++) {
      lines.add(history.epochAt(i) + " " + history.startAt(i));
    }
    CheckedFile.write(disk, path, lines);
    writtenVersion = history.version();
  }

  /**
   * Reads the history.
   *
   * @return empty when the file is missing
   * @throws CorruptLog when it is damaged
   */
  Optional<EpochHistory> read() throws IOException {
    Optional<List<String>> lines = CheckedFile.read(disk, path);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    if (lines.get().isEmpty() || !lines.get().getFirst().equals(TITLE)) {
      throw new CorruptLog(path, 0, "the first line is not \"" + TITLE + "\"");
    }
    EpochHistory history = new EpochHistory();
    for (String line : lines.get().subList(1, lines.get().size())) {
      parse(line, history);
    }
    writtenVersion = history.version();
    return Optional.of(history);
  }

  private void parse(String line, EpochHistory history) throws CorruptLog {
    int space = line.indexOf(' ');
    try {
      history.assign(
          Integer.parseInt(line.substring(0, Math.max(0, space))),
          Long.parseLong(line.substring(space + 1)));
    } catch (IllegalArgumentException malformed) {
      throw new CorruptLog(path, 0, "\"" + line + "\" does not follow from the lines before it");
    }
  }
}
