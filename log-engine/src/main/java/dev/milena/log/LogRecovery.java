package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Opens the files of a log after whatever ended the last run, believing only what was synced.
 *
 * <ul>
 *   <li>A segment with a successor was synced, and indexed, before the successor was created. Its
 *       index says how long it is; nothing of it is read.
 *   <li>Of the last segment, what its index (from an orderly stop) or the directory's checkpoint of
 *       flushed ends vouches for is walked over by header at most. Only what lies behind is read
 *       and checked; a torn tail is cut.
 *   <li>Damage or a loss in front of the flushed end is a {@link CorruptLog}: never cut.
 *   <li>Before a flushed end is reported, file and folder are synced: bytes that a killed process
 *       left in the page cache are not yet on the device.
 * </ul>
 *
 * <p>Running it again after a crash in its middle gives the same.
 */
final class LogRecovery {
  private static final int REWRITE_BYTES = 1 << 20;

  private final LogFiles files;
  private final LogSettings settings;
  private final LogMark mark;
  private final long nowMs;
  private final TailIndex index = new TailIndex();
  private final RecoveryCount count = new RecoveryCount();
  private final EpochFile epochFile;
  private final ProducerFile producerFile;

  /** What the indexes of the last segment say, if they are whole. */
  private Optional<IndexHeader> tailIndex = Optional.empty();

  private final List<Segment> gone = new ArrayList<>();

  /**
   * A recovery of one log.
   *
   * @param mark what the checkpoint says about it, or {@link LogMark#NONE}
   */
  LogRecovery(LogFiles files, LogSettings settings, LogMark mark, long nowMs) {
    this.files = files;
    this.settings = settings;
    this.mark = mark;
    this.nowMs = nowMs;
    this.epochFile = new EpochFile(files.disk(), files.folder());
    this.producerFile = new ProducerFile(files.disk(), files.folder());
  }

  /**
   * What was found.
   *
   * @param gone segments in front of the log start, or what is left of their files: they may be
   *     deleted at any time
   */
  record Recovered(
      Segments segments,
      EpochHistory epochs,
      EpochFile epochFile,
      ProducerTable producers,
      ProducerFile producerFile,
      long logStart,
      RecoveryCount count,
      List<Segment> gone) {}

  Recovered run() throws IOException {
    List<Long> bases = clearedBases();
    if (bases.isEmpty()) {
      return created();
    }
    requireNoLoss(bases);
    List<Segment> closed = new ArrayList<>();
    for (int i = 0; i + 1 < bases.size(); i++) {
      closed.add(closedSegment(bases.get(i), bases.get(i + 1)));
    }
    SegmentFile tail = files.handle(bases.getLast()).lease();
    try {
      return withTail(closed, tail, bases.getLast());
    } finally {
      tail.release();
    }
  }

  /** Before a batch is looked at: one that is damaged, and can be mended, would hide a loss. */
  private void requireNoLoss(List<Long> bases) throws IOException {
    LogPosition flushed = mark.flushed();
    if (flushed.segmentBase() > bases.getLast()) {
      throw new CorruptLog(
          files.folder(), 0, "segment " + flushed.segmentBase() + " is missing, flushed in part");
    }
    if (flushed.segmentBase() == bases.getLast()) {
      Path tail = SegmentName.log(files.folder(), flushed.segmentBase());
      requireBytes(tail, files.disk().sizeInBytes(tail), flushed.position());
    }
  }

  private static void requireBytes(Path file, long fileBytes, long flushedBytes) throws CorruptLog {
    if (flushedBytes > fileBytes) {
      throw CorruptLog.ofShortFile(file, fileBytes, flushedBytes);
    }
  }

  private Recovered created() throws IOException {
    if (mark.flushed().offset() > 0) {
      throw new CorruptLog(
          files.folder(), 0, "all segments are missing; flushed up to " + mark.flushed().offset());
    }
    NameMark.make(files.disk(), files.folder());
    ActiveSegment first = files.create(mark.logStart(), index);
    count.created();
    return new Recovered(
        new Segments(files, List.of(), first),
        new EpochHistory(),
        epochFile,
        new ProducerTable(),
        producerFile,
        mark.logStart(),
        count,
        gone);
  }

  private Recovered withTail(List<Segment> closed, SegmentFile tail, long base) throws IOException {
    DiskFile file = tail.file();
    int fileBytes = length(tail, file);
    TailBuild build = witnessed(tail, base, fileBytes);
    EpochHistory epochs = epochs(closed, tail, build);
    build.learn(epochs);
    ProducerRecovery producers =
        ProducerRecovery.of(producerFile, count, nowMs - settings.kept().producersMs());
    producers.readClosed(closed);
    producers.read(tail, build.facts());
    build.learn(producers.table(), producers.from(), nowMs);
    walkToFlushed(build, tail, fileBytes);
    int vouched = build.sizeInBytes();
    String fault = build.walk(BatchWalk.checking(tail, fileBytes), fileBytes, Long.MAX_VALUE);
    count.scanned(fileBytes - vouched);
    if (!fault.isEmpty()) {
      int end = build.sizeInBytes();
      count.cut(
          fileBytes - end,
          new TornTail(file, tail.path(), fileBytes).judge(end, build.endOffset(), fault));
      file.truncate(end);
    }
    if (fileBytes > vouched) {
      rewrite(file, vouched, build.sizeInBytes());
      WholeIo.sync(file);
      files.sync();
    }
    long first = closed.isEmpty() ? base : closed.getFirst().baseOffset();
    checkEnd(build.endOffset());
    // A truncation may have cut the batch that the log started in the middle of.
    long logStart = Math.min(Math.max(mark.logStart(), first), build.endOffset());
    epochs.truncateStart(logStart);
    producers.endsAt(build.endOffset());
    ActiveSegment active = ActiveSegment.reopened(tail, build.factsRecoveredAt(nowMs), index);
    tailIndex.ifPresent(active::vouchedBy);
    return new Recovered(
        new Segments(files, closed, active),
        epochs,
        epochFile,
        producers.table(),
        producerFile,
        logStart,
        count,
        gone);
  }

  /**
   * Writes what was scanned once more, as it is. A sync that failed before the process ended leaves
   * pages that read well, count as clean, and are not on the device; a sync now would pass them
   * over. Written anew they are dirty, and the sync means what it says.
   */
  private static void rewrite(DiskFile file, int from, int end) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(REWRITE_BYTES);
    for (int at = from; at < end; at += some.limit()) {
      some.clear().limit(Math.min(some.capacity(), end - at));
      WholeIo.readFully(file, some, at);
      WholeIo.writeFully(file, some.flip(), at);
    }
  }

  private void checkEnd(long end) throws CorruptLog {
    if (end < mark.flushed().offset()) {
      throw new CorruptLog(
          files.folder(),
          0,
          "the log ends at " + end + ", but was flushed up to " + mark.flushed().offset());
    }
  }

  /**
   * Base offsets in order, after deleting what an interrupted run left behind. What the log start
   * has passed is not deleted here, where a partition waits: there may be much of it.
   */
  private List<Long> clearedBases() throws IOException {
    List<Long> bases = new ArrayList<>();
    List<String> names = files.disk().list(files.folder());
    NameMark.require(files.folder(), names);
    for (String name : names) {
      OptionalLong base = SegmentName.baseOffset(name);
      if (base.isPresent()) {
        bases.add(base.getAsLong());
      }
    }
    Set<Long> passed = new TreeSet<>();
    while (bases.size() > 1 && bases.get(1) <= mark.logStart()) {
      passed.add(bases.removeFirst());
    }
    for (String name : names) {
      OptionalLong base = indexBase(name);
      if (base.isPresent() && !bases.isEmpty() && base.getAsLong() < bases.getFirst()) {
        passed.add(base.getAsLong());
      } else if (isLeftover(name, base, bases)) {
        files.disk().delete(files.folder().resolve(name));
        count.deleted();
      }
    }
    for (long base : passed) {
      gone.add(new Segment(files.handle(base), IndexHeader.empty(base, 0, 0)));
    }
    if (count.deletedFiles() > 0) {
      files.sync();
    }
    if (!bases.isEmpty() && bases.getFirst() > mark.logStart() && !mark.equals(LogMark.NONE)) {
      throw new CorruptLog(
          files.folder(),
          0,
          "offsets from " + mark.logStart() + " to " + bases.getFirst() + " are missing");
    }
    return bases;
  }

  /** An index without its segment must not be there when a segment of its name is begun. */
  private static boolean isLeftover(String name, OptionalLong indexBase, List<Long> bases) {
    return name.equals(EpochFile.NAME + WholeIo.TEMPORARY)
        || name.equals(ProducerFile.NAME + WholeIo.TEMPORARY)
        || (indexBase.isPresent() && !bases.contains(indexBase.getAsLong()));
  }

  /** Of an index file, the base offset of its segment; empty for a file of another kind. */
  private static OptionalLong indexBase(String name) {
    int dot = Math.max(0, name.indexOf('.'));
    String suffix = name.substring(dot);
    return suffix.equals(SegmentName.INDEX) || suffix.equals(SegmentName.TIME_INDEX)
        ? SegmentName.baseOffset(name.substring(0, dot) + SegmentName.LOG)
        : OptionalLong.empty();
  }

  private Segment closedSegment(long base, long nextBase) throws IOException {
    SegmentFile file = files.handle(base);
    long fileBytes = files.disk().sizeInBytes(file.path());
    Optional<IndexHeader> witness = witness(base);
    if (witness.isPresent()) {
      IndexHeader facts = witness.get();
      requireBytes(file.path(), fileBytes, facts.logBytes());
      if (facts.logBytes() == fileBytes && facts.endOffset() == nextBase) {
        return new Segment(file, facts);
      }
    }
    return reindexed(file, base, nextBase);
  }

  /** A closed segment whose index is missing, damaged or about something else. */
  private Segment reindexed(SegmentFile file, long base, long nextBase) throws IOException {
    file.lease();
    try {
      int fileBytes = length(file, file.file());
      TailIndex made = new TailIndex();
      IndexHeader all = new IndexHeader(base, nextBase, fileBytes, -1, nowMs, nowMs, false);
      IndexHeader facts =
          TailBuild.walk(file, all, Long.MAX_VALUE, made, settings.indexIntervalBytes());
      count.walked(fileBytes);
      if (facts.endOffset() != nextBase) {
        throw new CorruptLog(
            file.path(), fileBytes, "ends at offset " + facts.endOffset() + ", not " + nextBase);
      }
      WholeIo.sync(file.file());
      persistIndexes(facts, made);
      return new Segment(file, facts);
    } finally {
      file.release();
    }
  }

  private void persistIndexes(IndexHeader facts, TailIndex made) throws IOException {
    try {
      files.writeIndexes(facts, made.offsets(), made.times());
      count.rebuilt();
    } catch (NoSpaceException full) {
      // A full device must not keep the log from being read: the next start makes them again.
      files.giveBackIndexes(facts.baseOffset(), full);
    }
  }

  /** Goes on, by headers alone, over what the checkpoint vouches for. */
  private void walkToFlushed(TailBuild build, SegmentFile tail, int fileBytes) throws IOException {
    LogPosition flushed = mark.flushed();
    long base = build.facts().baseOffset();
    int from = build.sizeInBytes();
    if (flushed.segmentBase() < base || flushed.position() <= from) {
      return;
    }
    BatchWalk walk = BatchWalk.ofHeaders(tail, fileBytes);
    walk.requireGood(build.walk(walk, flushed.position(), Long.MAX_VALUE));
    count.walked(flushed.position() - from);
    if (build.sizeInBytes() != flushed.position() || build.endOffset() != flushed.offset()) {
      throw new CorruptLog(
          tail.path(), build.sizeInBytes(), "no batch ends at flushed offset " + flushed.offset());
    }
  }

  /** The front of the last segment that an index from an orderly stop vouches for. */
  private TailBuild witnessed(SegmentFile tail, long base, int fileBytes) throws IOException {
    Optional<IndexHeader> witness = witness(base);
    if (witness.isPresent()) {
      IndexHeader facts = witness.get();
      requireBytes(tail.path(), fileBytes, facts.logBytes());
      Path folder = files.folder();
      Optional<OffsetIndex> offsets =
          IndexFile.readOffsets(files.disk(), SegmentName.index(folder, base), facts);
      Optional<TimeIndex> times =
          IndexFile.readTimes(files.disk(), SegmentName.timeIndex(folder, base), facts);
      if (offsets.isPresent() && times.isPresent()) {
        index.restore(facts, offsets.get(), times.get());
        tailIndex = witness;
        return new TailBuild(facts, index, settings.indexIntervalBytes());
      }
    }
    index.clear();
    IndexHeader nothing = IndexHeader.empty(base, nowMs, nowMs);
    return new TailBuild(nothing, index, settings.indexIntervalBytes());
  }

  private Optional<IndexHeader> witness(long base) throws IOException {
    return IndexFile.readHeader(
        files.disk(), SegmentName.index(files.folder(), base), IndexFile.OFFSET_MAGIC, base);
  }

  /** The epochs of what indexes vouch for; those behind are learned from the batches there. */
  private EpochHistory epochs(List<Segment> closed, SegmentFile tail, TailBuild build)
      throws IOException {
    Optional<EpochHistory> kept;
    try {
      kept = epochFile.read();
    } catch (CorruptLog damaged) {
      kept = Optional.empty();
    }
    EpochHistory epochs = new EpochHistory();
    if (kept.isPresent()) {
      // Beyond there may be epochs of batches that were cut, or never reached the device.
      kept.get().truncateEnd(build.endOffset());
      return kept.get();
    }
    for (Segment segment : closed) {
      segment.file().lease();
      try {
        walkEpochs(segment.file(), segment.baseOffset(), segment.sizeInBytes(), epochs);
      } finally {
        segment.file().release();
      }
    }
    long base = closed.isEmpty() ? build.facts().baseOffset() : closed.getLast().endOffset();
    walkEpochs(tail, base, build.sizeInBytes(), epochs);
    if (epochs.size() > 0) {
      count.rebuilt();
    }
    return epochs;
  }

  private void walkEpochs(SegmentFile file, long base, int bytes, EpochHistory epochs)
      throws IOException {
    IndexHeader nothing = IndexHeader.empty(base, nowMs, nowMs);
    TailBuild build = new TailBuild(nothing, new TailIndex(), Integer.MAX_VALUE);
    build.learn(epochs);
    BatchWalk walk = BatchWalk.ofHeaders(file, bytes);
    walk.requireGood(build.walk(walk, bytes, Long.MAX_VALUE));
    count.walked(bytes);
  }

  private static int length(SegmentFile file, DiskFile open) throws IOException {
    long bytes = open.sizeInBytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new CorruptLog(file.path(), bytes, "no segment is that long");
    }
    return (int) bytes;
  }
}
