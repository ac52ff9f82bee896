package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folders of deleted logs, each on its way from a name to nothing.
 *
 * <pre>
 *   renamed   the log has another name, which a power cut may take back
 *   durable   it cannot; its files go, a few at a time
 *   emptied   the folder goes as soon as a checkpoint does not know the log any more
 * </pre>
 *
 * <p>The new name says what the folder is, so that the next start goes on where this process ended,
 * and a log made anew under the old name is never taken for it.
 */
@OwnedBy(Owner.ANY_THREAD)
final class DeletedLogs {
  private static final String ENDING = ".deleted";

  /** NAME.deleted, and NAME.2.deleted while there is one of that name. */
  private static final Pattern FOLDER =
      Pattern.compile("(" + LogName.LEGAL + ")(\\.[0-9]{1,9})?" + Pattern.quote(ENDING));

  private final Disk disk;
  private final Set<Path> renamed = new LinkedHashSet<>();
  private final Set<Path> durable = new LinkedHashSet<>();
  private final Set<Path> emptied = new LinkedHashSet<>();

  DeletedLogs(Disk disk) {
    this.disk = disk;
  }

  /**
   * What one step of deleting has come to.
   *
   * @param count files or folders that are gone
   * @param failure the first that could not be deleted; the others were tried all the same
   */
  record Step(int count, Optional<IOException> failure) {}

  /** The name of the log that a folder held before it was deleted; empty for any other folder. */
  static Optional<String> logOf(String folderName) {
    Matcher matcher = FOLDER.matcher(folderName);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** A name for the folder of a log that is to go, which no other folder has. */
  Path nameFor(Path folder) throws IOException {
    Path free = folder.resolveSibling(folder.getFileName() + ENDING);
    for (int i = 2; disk.exists(free); i++) {
      free = folder.resolveSibling(folder.getFileName() + "." + i + ENDING);
    }
    return free;
  }

  /** Says that a folder has got its name, and that its parent was not synced since. */
  synchronized void renamed(Path folder) {
    renamed.add(folder);
  }

  /** Those whose names a power cut may take back. */
  synchronized List<Path> renamed() {
    return List.copyOf(renamed);
  }

  /**
   * Says that these names last: from here on the files may go. Two threads may say so of one, and
   * all of it be gone when the second does.
   */
  synchronized void durable(List<Path> folders) {
    folders.stream().filter(renamed::remove).forEach(durable::add);
  }

  /** Says that a folder of such a name was there at the start. */
  synchronized void found(Path folder) {
    durable.add(folder);
  }

  /**
   * Deletes files of deleted logs. One thread at a time.
   *
   * @param most how many
   */
  Step unlink(int most) {
    Optional<IOException> failure = Optional.empty();
    int left = most;
    for (Path folder : snapshot(durable)) {
      if (left == 0) {
        break;
      }
      Step step = unlinkIn(folder, left);
      left -= step.count();
      failure = failure.or(step::failure);
    }
    return new Step(most - left, failure);
  }

  private Step unlinkIn(Path folder, int most) {
    int gone = 0;
    Optional<IOException> failure = Optional.empty();
    try {
      List<String> names = disk.list(folder);
      for (String name : names.subList(0, Math.min(names.size(), most))) {
        Optional<IOException> kept = delete(folder.resolve(name));
        failure = failure.or(() -> kept);
        gone += kept.isEmpty() ? 1 : 0;
      }
      if (gone == names.size()) {
        move(folder, durable, emptied);
      }
    } catch (IOException unreadable) {
      failure = failure.or(() -> Optional.of(unreadable));
    }
    return new Step(gone, failure);
  }

  /** Folders that are empty: they may go once a checkpoint that begins now is written. */
  List<Path> emptied() {
    return snapshot(emptied);
  }

  /** Deletes folders that were empty before the last checkpoint began. */
  Step remove(List<Path> folders) {
    int gone = 0;
    Optional<IOException> failure = Optional.empty();
    for (Path folder : folders) {
      Optional<IOException> kept = delete(folder);
      failure = failure.or(() -> kept);
      if (kept.isEmpty()) {
        gone++;
        forget(folder);
      } else {
        // Somebody has put something in.
        move(folder, emptied, durable);
      }
    }
    return new Step(gone, failure);
  }

  private Optional<IOException> delete(Path path) {
    try {
      disk.delete(path);
      return Optional.empty();
    } catch (IOException kept) {
      return Optional.of(kept);
    }
  }

  private synchronized List<Path> snapshot(Set<Path> folders) {
    return List.copyOf(folders);
  }

  private synchronized void move(Path folder, Set<Path> from, Set<Path> to) {
    from.remove(folder);
    to.add(folder);
  }

  private synchronized void forget(Path folder) {
    emptied.remove(folder);
  }
}
