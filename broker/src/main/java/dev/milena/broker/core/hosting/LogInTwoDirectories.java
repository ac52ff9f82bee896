package dev.milena.broker.core.hosting;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Logs of one name lie in two log directories: a copy that somebody made, or a directory that was
 * dropped from log.dirs, replaced by a new log elsewhere, and added back. Which of them holds what
 * was acknowledged last, their bytes do not say: offsets of one may have been given away again in
 * the other. The message is for a person and names both folders.
 */
public final class LogInTwoDirectories extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Two folders of one name.
   *
   * @param first in the directory named first in log.dirs
   * @param second in another
   */
  record Twice(Path first, Path second) {}

  LogInTwoDirectories(List<Twice> all) {
    super(sentence(all));
  }

  private static String sentence(List<Twice> all) {
    Twice example = all.getFirst();
    String more =
        all.size() == 1 ? "" : " (and %s more logs are there twice)".formatted(all.size() - 1);
    return "%s and %s are the log of one partition%s; move the one that was not in use last out of log.dirs, or take its directory off log.dirs, and start again"
        .formatted(example.first(), example.second(), more);
  }
}
