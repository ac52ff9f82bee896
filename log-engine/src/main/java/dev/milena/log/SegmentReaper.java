package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Deletes segments that retention let go, off the loops.
 *
 * <p>A segment goes only after a checkpoint on the device says that its log starts behind it; so a
 * power cut that brings the file back, alone or with others, brings no record back. So segments are
 * numbered as they are let go, and whoever writes a checkpoint asks before it up to which.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SegmentReaper {
  private final ArrayDeque<Doomed> segments = new ArrayDeque<>();

  /** Held while one segment goes, or one folder gets another name: never longer. */
  private final Object unlinking = new Object();

  /** Of what the checkpoint on the device knows to be gone. */
  static final long KNOWN = 0;

  private long lastNumber = KNOWN;

  private record Doomed(long number, LogFiles files, Segment segment) {}

  /** A change of a folder's name. */
  interface Renaming {
    void make() throws IOException;
  }

  synchronized void add(LogFiles files, List<Segment> dropped) {
    for (Segment segment : dropped) {
      lastNumber++;
      segments.addLast(new Doomed(lastNumber, files, segment));
    }
  }

  /**
   * Takes segments that the last checkpoint knows to be gone: they wait for no other, and have
   * their turn first.
   */
  synchronized void addKnown(LogFiles files, List<Segment> gone) {
    for (Segment segment : gone.reversed()) {
      segments.addFirst(new Doomed(KNOWN, files, segment));
    }
  }

  /** The number of the segment that was let go last. */
  synchronized long lastNumber() {
    return lastNumber;
  }

  /**
   * Deletes segments that were let go before the last checkpoint began. One that cannot be deleted
   * has its turn again behind all others.
   *
   * @param upTo number of the last of them
   * @param most how many
   * @return how many went, and why the first that did not go stayed
   */
  DeletedLogs.Step delete(long upTo, int most) {
    int deleted = 0;
    Optional<IOException> failure = Optional.empty();
    for (int tried = 0; tried < most; tried++) {
      Optional<Tried> next = deleteFirst(upTo);
      if (next.isEmpty()) {
        break;
      }
      Optional<IOException> kept = next.get().failure();
      deleted += kept.isEmpty() ? 1 : 0;
      failure = failure.or(() -> kept);
    }
    return new DeletedLogs.Step(deleted, failure);
  }

  /** What came of one try. */
  private record Tried(Optional<IOException> failure) {}

  private Optional<Tried> deleteFirst(long upTo) {
    synchronized (unlinking) {
      Optional<Doomed> first = takeFirst(upTo);
      if (first.isEmpty()) {
        return Optional.empty();
      }
      LogFiles files = first.get().files();
      Segment segment = first.get().segment();
      try {
        files.delete(segment.file(), segment.baseOffset());
        return Optional.of(new Tried(Optional.empty()));
      } catch (IOException failure) {
        add(files, List.of(segment));
        return Optional.of(new Tried(Optional.of(failure)));
      }
    }
  }

  /**
   * Gives a log's folder another name between two deletions: what was to be deleted in it goes with
   * it.
   */
  void rename(Path folder, Renaming renaming) throws IOException {
    synchronized (unlinking) {
      renaming.make();
      forgetSegmentsIn(folder);
    }
  }

  private synchronized void forgetSegmentsIn(Path folder) {
    segments.removeIf(doomed -> doomed.files().folder().equals(folder));
  }

  private synchronized Optional<Doomed> takeFirst(long upTo) {
    Doomed first = segments.peekFirst();
    if (first == null || first.number() > upTo) {
      return Optional.empty();
    }
    return Optional.of(segments.removeFirst());
  }
}
