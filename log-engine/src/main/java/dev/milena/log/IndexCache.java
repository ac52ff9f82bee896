package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of closed segments that reader threads used last, within a bound for a whole
 * directory. An index file that does not pass its checks is made anew from the segment's headers.
 *
 * <p>What is deleted is forgotten, and a reader who still holds a slice of it does not bring it
 * back.
 */
@OwnedBy(Owner.ANY_THREAD)
final class IndexCache {
  private static final Logger log = LoggerFactory.getLogger(IndexCache.class);

  /** Entries of an index made anew are this far apart; the setting's default. */
  private static final int REBUILT_INTERVAL_BYTES = 4096;

  private final Disk disk;
  private final Bound bound;
  private final Map<SegmentFile, SegmentIndexes> held = new LinkedHashMap<>(16, 0.75f, true);

  /** The same segments by their log, so that a log is forgotten without a look at the others. */
  private final Map<Path, Set<SegmentFile>> heldByLog = new HashMap<>();

  private long heldBytes;

  /**
   * What it holds at most.
   *
   * @param bytes of memory
   * @param segments whatever their size
   */
  record Bound(long bytes, int segments) {}

  IndexCache(Disk disk, Bound bound) {
    this.disk = disk;
    this.bound = bound;
  }

  /** The indexes of a segment that the caller holds a lease of; reads the disk if need be. */
  SegmentIndexes of(Segment segment) throws IOException {
    SegmentIndexes known = get(segment.file());
    if (known != null) {
      return known;
    }
    SegmentIndexes read = segment.file().isNameless() ? rebuild(segment) : read(segment);
    put(segment.file(), read);
    return read;
  }

  synchronized void forget(SegmentFile file) {
    SegmentIndexes gone = held.remove(file);
    if (gone != null) {
      heldBytes -= gone.heldBytes();
      Path folder = folderOf(file.path());
      Set<SegmentFile> left = heldByLog.getOrDefault(folder, Set.of());
      left.remove(file);
      if (left.isEmpty()) {
        heldByLog.remove(folder);
      }
    }
  }

  /**
   * Forgets the segments of a log: its files go, or other objects will stand for them. Looks at no
   * others: a stop forgets every log.
   */
  synchronized void forgetLog(Path folder) {
    for (SegmentFile file : List.copyOf(heldByLog.getOrDefault(folder, Set.of()))) {
      forget(file);
    }
  }

  synchronized long heldBytes() {
    return heldBytes;
  }

  synchronized int heldSegments() {
    return held.size();
  }

  private synchronized @Nullable SegmentIndexes get(SegmentFile file) {
    return held.get(file);
  }

  private synchronized void put(SegmentFile file, SegmentIndexes indexes) {
    forget(file);
    if (file.isNameless() || indexes.heldBytes() > bound.bytes()) {
      return;
    }
    held.put(file, indexes);
    heldByLog.computeIfAbsent(folderOf(file.path()), _ -> new HashSet<>()).add(file);
    heldBytes += indexes.heldBytes();
    while (heldBytes > bound.bytes() || held.size() > bound.segments()) {
      forget(held.keySet().iterator().next());
    }
  }

  private SegmentIndexes read(Segment segment) throws IOException {
    Path folder = folderOf(segment.file().path());
    Optional<OffsetIndex> offsets =
        IndexFile.readOffsets(
            disk, SegmentName.index(folder, segment.baseOffset()), segment.facts());
    Optional<TimeIndex> times =
        IndexFile.readTimes(
            disk, SegmentName.timeIndex(folder, segment.baseOffset()), segment.facts());
    if (offsets.isPresent() && times.isPresent()) {
      return new SegmentIndexes(offsets.get(), times.get());
    }
    log.atWarn()
        .addKeyValue("file", segment.file().path())
        .log("index is missing or damaged; made anew in memory from the segment");
    return rebuild(segment);
  }

  private static SegmentIndexes rebuild(Segment segment) throws IOException {
    TailIndex made = new TailIndex();
    TailBuild.walk(segment.file(), segment.facts(), Long.MAX_VALUE, made, REBUILT_INTERVAL_BYTES);
    return new SegmentIndexes(made.offsets(), made.times());
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " lies in no folder");
    }
    return folder;
  }
}
