package dev.milena.broker.core.hosting;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How one entry of log.dirs is.
 *
 * @param root where it is
 * @param logs how many logs lie there or are being made, those included that have failed, are not
 *     open yet, or are nobody's any more
 * @param failed which of them take nothing any more
 * @param ownFailure why the directory's own files cannot be written, if they cannot
 */
public record DirectoryHealth(
    Path root, int logs, SortedMap<String, LogFailure> failed, Optional<String> ownFailure) {
  /**
   * Whether nothing can be kept there any more: its own files cannot be written, or its disk has
   * failed every log. A full disk is no failure, nor are damaged bytes on a disk that works, nor
   * reads that fail: of a disk that is lost writes and the directory's own files tell as well.
   */
  public boolean isUnusable() {
    long byDisk = failed.values().stream().filter(LogFailure::isOfTheDisk).count();
    return ownFailure.isPresent() || (logs > 0 && byDisk == logs);
  }

  /** What is wrong there, in words that follow the directory's name. */
  public String trouble() {
    return ownFailure
        .map(reason -> "its own files cannot be written: " + reason)
        .orElseGet(() ->
            failed.isEmpty()
                ? "nothing"
                : "all its logs have failed, %s for one: %s"
                    .formatted(failed.firstKey(), failed.firstEntry().getValue().reason()));
  }
}
