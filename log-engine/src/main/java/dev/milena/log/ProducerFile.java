package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that keeps a log's {@link ProducerTable} as of an offset. It is written before an index
 * is, as the epochs are, so that recovery has to go over no more batches for it than those that no
 * index vouches for. A log that never had an idempotent producer has none. The loop waits while it
 * is written; that is what bounds the table (ADR 27).
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ProducerFile {
  static final String NAME = "producers";

  private static final String TITLE = "milena-producers 1";
  private static final String AS_OF = "offset ";
  private static final int FIELDS = 6;

  private final Disk disk;
  private final Path path;
  private long writtenVersion;
  private long writtenOffset;

  ProducerFile(Disk disk, Path folder) {
    this.disk = disk;
    this.path = folder.resolve(NAME);
  }

  /**
   * What the file says.
   *
   * @param offset all batches below it are taken into account
   */
  record Snapshot(long offset, ProducerTable table) {}

  /** Writes the table as of an offset, unless the file has it already. */
  void write(ProducerTable table, long offset) throws IOException {
    if (table.version() != writtenVersion || writtenOffset > offset) {
      replace(table, offset);
    }
  }

  /** As {@link #write}, whatever the file has. */
  void replace(ProducerTable table, long offset) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(TITLE);
    lines.add(AS_OF + offset);
    for (Map.Entry<Long, ProducerState> producer : table.all().entrySet()) {
      ProducerState state = producer.getValue();
      for (int i = 0; i < state.size(); i++) {
        lines.add(line(producer.getKey(), state, i));
      }
    }
    CheckedFile.write(disk, path, lines);
    writtenVersion = table.version();
    writtenOffset = offset;
  }

  private static String line(long id, ProducerState state, int i) {
    return id
        + " "
        + state.epochAt(i)
        + " "
        + state.firstAt(i)
        + " "
        + state.lastAt(i)
        + " "
        + state.offsetAt(i)
        + " "
        + state.timeAt(i);
  }

  /** The log ends here now, or is about to: what the file says of batches beyond is no more. */
  void cutTo(ProducerTable table, long end) throws IOException {
    if (writtenOffset > end) {
      write(table, end);
    }
  }

  /**
   * Reads the table.
   *
   * @return empty when the file is missing
   * @throws CorruptLog when it is damaged
   */
  Optional<Snapshot> read() throws IOException {
    Optional<List<String>> lines = CheckedFile.read(disk, path);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Snapshot snapshot = parsed(lines.get());
    writtenVersion = snapshot.table().version();
    writtenOffset = snapshot.offset();
    return Optional.of(snapshot);
  }

  private Snapshot parsed(List<String> lines) throws CorruptLog {
    if (lines.size() < 2 || !lines.getFirst().equals(TITLE) || !lines.get(1).startsWith(AS_OF)) {
      throw new CorruptLog(path, 0, "it does not begin with \"" + TITLE + "\" and an offset");
    }
    ProducerTable table = new ProducerTable();
    long offset = number(lines.get(1).substring(AS_OF.length()));
    long id = -1;
    ProducerState state = new ProducerState();
    for (String line : lines.subList(2, lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length != FIELDS) {
        throw new CorruptLog(path, 0, "\"" + line + "\" has not " + FIELDS + " numbers");
      }
      if (number(words[0]) != id) {
        id = number(words[0]);
        state = new ProducerState();
        table.restore(id, state);
      }
      state.add(
          (short) number(words[1]),
          (int) number(words[2]),
          (int) number(words[3]),
          number(words[4]),
          number(words[5]));
    }
    return new Snapshot(offset, table);
  }

  private long number(String word) throws CorruptLog {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException malformed) {
      throw new CorruptLog(path, 0, "\"" + word + "\" is no number");
    }
  }
}
