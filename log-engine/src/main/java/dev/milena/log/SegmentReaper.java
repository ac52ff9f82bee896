package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes files off the loops: segments that retention let go, and folders of deleted logs.
 *
 * <p>A segment goes only after a checkpoint on the device says that its log starts behind it; so a
 * power cut that brings the file back, alone or with others, brings no record back. Of a deleted
 * log the files go at once, since the name of their folder says what it is; the empty folder goes
 * after a checkpoint that does not know the log any more, which would miss it otherwise.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SegmentReaper {
  /** A folder with this ending belongs to a log that was deleted. */
  static final String DELETED = ".deleted";

  private final Disk disk;
  private final List<Doomed> segments = new ArrayList<>();
  private final Set<Path> folders = new LinkedHashSet<>();
  private final Object deleting = new Object();

  SegmentReaper(Disk disk) {
    this.disk = disk;
  }

  private record Doomed(LogFiles files, Segment segment) {}

  synchronized void add(LogFiles files, List<Segment> dropped) {
    for (Segment segment : dropped) {
      segments.add(new Doomed(files, segment));
    }
  }

  synchronized void add(Path folder) {
    folders.add(folder);
  }

  /** The folder got another name and goes as a whole: what was to be deleted in it goes with it. */
  synchronized void forgetSegmentsIn(Path folder) {
    segments.removeIf(doomed -> doomed.files().folder().equals(folder));
  }

  /** Held by whoever deletes, so that one thread at a time does. */
  Object deleting() {
    return deleting;
  }

  /** Whether there is nothing to delete. */
  synchronized boolean isEmpty() {
    return segments.isEmpty() && folders.isEmpty();
  }

  /**
   * Deletes the segments that were let go before the last checkpoint began.
   *
   * @param count how many of them, see {@link #pendingSegments}
   * @return how many segments went
   */
  int deleteSegments(int count) throws IOException {
    int deleted = 0;
    while (deleted < count) {
      Doomed next = firstSegment();
      next.files().delete(next.segment().file(), next.segment().baseOffset());
      removeFirstSegment();
      deleted++;
    }
    return deleted;
  }

  synchronized int pendingSegments() {
    return segments.size();
  }

  /** Deletes the folders of deleted logs. */
  int deleteFolders() throws IOException {
    int deleted = 0;
    for (Path folder : pendingFolders()) {
      empty(folder);
      disk.delete(folder);
      removeFolder(folder);
      deleted++;
    }
    return deleted;
  }

  /** Deletes the files of a deleted log. */
  void empty(Path folder) throws IOException {
    for (String name : disk.list(folder)) {
      disk.delete(folder.resolve(name));
    }
  }

  private synchronized Doomed firstSegment() {
    return segments.getFirst();
  }

  private synchronized void removeFirstSegment() {
    segments.removeFirst();
  }

  private synchronized List<Path> pendingFolders() {
    return List.copyOf(folders);
  }

  private synchronized void removeFolder(Path folder) {
    folders.remove(folder);
  }
}
