package dev.milena.quorum.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of Ratis' log, by its name: {@code log_START-END}, or {@code log_inprogress_START} for the
 * one that is written to.
 *
 * @param start the index of its first entry
 * @param last the index of its last entry; empty while it is written to
 */
record LogFile(Path path, long start, OptionalLong last) {
  private static final Pattern NAME = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-(\\d+))?");

  /** Those in Ratis' folder of log files, which need not be there. */
  static List<LogFile> newestFirst(Path current) throws IOException {
    if (!Files.isDirectory(current)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(current)) {
      return files
          .flatMap(file -> of(file).stream())
          .sorted(Comparator.comparingLong(LogFile::start).reversed())
          .toList();
    }
  }

  private static Optional<LogFile> of(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    OptionalLong last =
        name.group(2) == null
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(name.group(2)));
    return Optional.of(new LogFile(path, Long.parseLong(name.group(1)), last));
  }
}
