package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One partition's log: append, locate, flush, truncate, forget.
 *
 * <pre>
 *   log start                      flushed end      log end
 *      |  closed segments  | active segment |            |
 *      [100, 140) [140, 185) [185 ........ 197 ....... 203
 *                                           ^ a power cut may take what is behind
 * </pre>
 *
 * <p>The loop that owns the log calls everything here but {@link #fail} and {@link #offlineReason}.
 * It never waits for a disk read, except in {@link #truncateTo}; it waits for a sync when a segment
 * is rolled or a truncation is finished. Everything in a closed segment is flushed.
 *
 * <p>Failure: a full device refuses appends until there is space. Any other failure to write, and
 * every failed sync, is final: the log is offline, acknowledges nothing any more, and can only be
 * opened anew. What was readable stays readable meanwhile.
 */
@OwnedBy(Owner.PARTITION_LOOP)
public final class PartitionLog {
  private final String name;
  private final LogDirectory directory;
  private final Segments segments;
  private final EpochHistory epochs;
  private final SegmentSeal seal;
  private final LogAppends appends;
  private final LogFront front;
  private LogSettings settings;
  private int cuts;
  private boolean closed;
  private volatile LogMark mark;
  private volatile @Nullable IOException offline;

  PartitionLog(
      String name, LogDirectory directory, LogSettings settings, LogRecovery.Recovered recovered) {
    this.name = name;
    this.directory = directory;
    this.settings = settings;
    this.segments = recovered.segments();
    this.epochs = recovered.epochs();
    this.seal = new SegmentSeal(recovered);
    this.appends = new LogAppends(this, recovered, seal);
    this.front = new LogFront(this, directory, recovered, seal);
    this.mark = new LogMark(recovered.logStart(), segments.active().end());
  }

  /** The log's folder name. */
  public String name() {
    return name;
  }

  /**
   * Appends batches as their leader: checks structure and CRC once, gives them offsets and the
   * leader's epoch in place, and writes them at once. Allocates nothing in steady state.
   *
   * @param batches whole batches from position to limit, which stay as they are; the bytes are
   *     patched, whatever the outcome
   * @param leaderEpoch of the leader that appends, the newest that there is. Batches of a newer one
   *     are damaged, and the log goes offline
   * @param nowMs the broker's clock: for LogAppendTime, and for the age of segments
   * @return all of them stored, or none
   */
  public AppendOutcome append(ByteBuffer batches, int leaderEpoch, long nowMs) {
    requireOpen();
    return appends.append(batches, leaderEpoch, nowMs, settings);
  }

  /**
   * Appends batches of this log's leader as they are: checks structure, CRC and that they continue
   * the log, in offsets and epochs. What the topic allows is the leader's to say.
   *
   * @param batches whole batches from position to limit
   * @param leaderEpoch in which they came; none of them is of a newer one
   * @param nowMs the broker's clock: for the age of segments
   */
  public CopyOutcome copy(ByteBuffer batches, int leaderEpoch, long nowMs) {
    requireOpen();
    return appends.copy(batches, leaderEpoch, nowMs, settings);
  }

  /**
   * Finds where a fetch should start reading. Never waits for the disk.
   *
   * <p>Given batches {@code [140,148) [148,152)} and {@code from = 150}, the slice starts at offset
   * 148; clients skip the front.
   *
   * @param from first wanted offset; must lie in {@code [logStart, logEnd]}
   * @param maxBytes soft limit in bytes; one whole batch is returned even if larger (KIP-74)
   * @param visibleEnd no batch that ends beyond this offset is returned
   * @return a leased slice, empty when nothing is visible at {@code from}; the caller closes it
   * @throws OffsetOutOfRange when {@code from} is outside the log; carries both bounds
   */
  public LogSlice locate(long from, int maxBytes, long visibleEnd) throws OffsetOutOfRange {
    requireOpen();
    requireInRange(from);
    long visible = Math.min(visibleEnd, logEnd());
    SliceRequest request = new SliceRequest(from, maxBytes, visible, SliceRequest.ANY_TIME);
    return from >= visible ? LogSlice.empty(request, from) : segments.locate(request);
  }

  /**
   * Finds the first batch that holds a record of a time or later. Never waits for the disk. Which
   * record it is, the caller finds by decoding that batch: its first one with such a timestamp.
   *
   * @param maxBytes soft limit in bytes; one batch is enough for the search
   * @return a leased slice that begins with that batch once it is trimmed; when it is empty then,
   *     search on from its {@link LogSlice#endOffset} unless that is the visible end
   * @throws OffsetOutOfRange when the search would start outside the log
   */
  public LogSlice locate(TimeSearch search, int maxBytes) throws OffsetOutOfRange {
    requireOpen();
    requireInRange(search.from());
    long visible = Math.min(search.visibleEnd(), logEnd());
    SliceRequest request = new SliceRequest(search.from(), maxBytes, visible, search.timestampMs());
    return search.from() >= visible
        ? LogSlice.empty(request, search.from())
        : segments.locateTime(request);
  }

  /** Looks for bytes that the disk has changed, and puts them back. */
  public LogMending mending() {
    requireOpen();
    return new LogMending(this, segments);
  }

  /** First offset that can be read. */
  public long logStart() {
    return mark.logStart();
  }

  /** Next offset to be written. */
  public long logEnd() {
    return segments.active().endOffset();
  }

  /** Everything below this offset is on the device. */
  public long flushedEnd() {
    return mark.flushed().offset();
  }

  /** Bytes of all segments. */
  public long sizeInBytes() {
    return segments.sizeInBytes();
  }

  /** Bytes of segments that a power cut would take, and that the next roll has to wait for. */
  public int unflushedBytes() {
    ActiveSegment active = segments.active();
    LogPosition flushed = mark.flushed();
    boolean sameSegment = flushed.segmentBase() == active.baseOffset();
    return active.sizeInBytes() - (sameSegment ? flushed.position() : 0);
  }

  /**
   * Takes what a flush thread posted.
   *
   * @return whether the flushed end moved; never after the log has failed
   */
  public boolean apply(FlushResult result) {
    return switch (result) {
      case FlushResult.FlushFailed failed -> false;
      case FlushResult.Flushed done -> {
        if (offline != null || closed || done.cuts() != cuts || done.end() <= flushedEnd()) {
          yield false;
        }
        flushedTo(done.to());
        yield true;
      }
    };
  }

  /**
   * Cuts everything at and above an offset, or from the front of the batch that holds it; on the
   * device too, and with it indexes, epochs and the directory's checkpoint. Waits for the disk.
   *
   * @param offset at or above the log's start; at its end there is only an earlier cut to finish
   * @throws NoSpaceException when the device is full. The log is as it was; or it is cut, and the
   *     device follows when this is called again or something appended, which is refused until then
   * @throws IOException for everything else: the log is as it was, or offline
   */
  public void truncateTo(long offset) throws IOException {
    requireOpen();
    if (offset < logStart()) {
      throw new IllegalArgumentException(name + ": " + offset + " is below " + logStart());
    }
    if (offline != null) {
      throw new IOException(name + " is offline: " + offlineReason().orElseThrow());
    }
    settleCut();
    if (offset >= logEnd()) {
      return;
    }
    ActiveSegment front = segments.frontUpTo(offset, settings.indexIntervalBytes());
    if (offset < flushedEnd()) {
      lowerMark(front);
    }
    cuts++;
    segments.cutTo(front);
    seal.cutBeside();
    mark = new LogMark(Math.min(logStart(), logEnd()), mark.flushed());
    settleCut();
  }

  /**
   * Starts at an offset from now on, or later; segments wholly before it go as with {@link
   * #retain}.
   *
   * @param offset at most the log's end
   */
  public int forgetBefore(long offset) {
    requireOpen();
    if (offset > logEnd()) {
      throw new IllegalArgumentException(name + ": " + offset + " is beyond " + logEnd());
    }
    return front.startAt(Math.max(logStart(), offset));
  }

  /**
   * Forgets the oldest segments as time and size say. Their files go when {@link LogDirectory#reap}
   * is called. When even the active segment is too old it is rolled first.
   *
   * @param nowMs since 1970; {@link LogSettings#NO_TIME} forgets by size alone
   * @param limit no record at or above this offset is forgotten; the high watermark
   * @return how many segments went
   */
  public int retain(long nowMs, long limit) {
    requireOpen();
    return offline == null ? front.retain(settings, nowMs, limit) : 0;
  }

  /** Which leader epoch began where. */
  public EpochHistory epochs() {
    return epochs;
  }

  /** The idempotent producers whose batches lie, or lay, in it. */
  public KnownProducers producers() {
    return seal.producersOf(this);
  }

  /** Exchanges the settings; they hold from the next call on. */
  public void configure(LogSettings newSettings) {
    settings = newSettings;
  }

  /** Why the log takes nothing any more; empty while it is healthy. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public Optional<String> offlineReason() {
    return offlineFailure().map(WholeIo::words);
  }

  /** The failure itself. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public Optional<IOException> offlineFailure() {
    return Optional.ofNullable(offline);
  }

  /**
   * Flushes everything, writes the index that spares the next start a scan, and lets the files go.
   * A full device costs that index and nothing else. An offline log only lets go. Waits for the
   * disk.
   *
   * @throws IOException when the flush failed, which takes the log offline
   */
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (offline == null) {
        segments.active().sync();
        flushedTo(segments.active().end());
        seal.leaveWitness();
      }
    } catch (IOException failure) {
      fail(failure);
      throw failure;
    } finally {
      segments.active().file().release();
      directory.closed(this);
    }
  }

  /** Everything a flush thread needs to know; it does the rest without touching the log. */
  FlushTarget flushTarget() {
    requireOpen();
    ActiveSegment active = segments.active();
    return new FlushTarget(this, active.file().lease(), active.end(), cuts);
  }

  /** Takes the log offline for good, unless it is already. Any thread; waits for no disk. */
  @OwnedBy(Owner.ANY_THREAD)
  public synchronized String fail(IOException failure) {
    offline = offline == null ? failure : offline;
    return offlineReason().orElseThrow();
  }

  /** Whether the log is on the device as it is here: healthy, and no cut is owed. */
  boolean isSettled() {
    return offline == null && !segments.owesACut();
  }

  /** What the directory's checkpoint may say about this log. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  LogMark mark() {
    return mark;
  }

  /** How many segments there are. */
  public int segmentCount() {
    return segments.closed().size() + 1;
  }

  /**
   * Lets go of a log whose folder is about to get another name; slices stay readable.
   *
   * @throws IOException when some slices do not; the log is let go of all the same
   */
  void abandon() throws IOException {
    closed = true;
    try {
      segments.keepReadable();
    } finally {
      segments.active().file().release();
    }
  }

  void startsAt(long offset) {
    mark = new LogMark(offset, mark.flushed());
  }

  void flushedTo(LogPosition end) {
    mark = new LogMark(mark.logStart(), end);
  }

  /** On the device too: a log that ends below what the checkpoint calls flushed is damaged. */
  private void lowerMark(ActiveSegment front) throws IOException {
    LogMark before = mark;
    flushedTo(new LogPosition(front.baseOffset(), front.baseOffset(), 0));
    try {
      directory.checkpoint();
    } catch (IOException failure) {
      mark = before;
      front.file().release();
      throw failure;
    }
  }

  /** Has the device follow a truncation that it had no room for, before anything else is done. */
  void settleCut() throws IOException {
    if (!segments.owesACut()) {
      return;
    }
    try {
      seal.makeOwedCut();
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      fail(failure);
      throw failure;
    }
    flushedTo(segments.active().end());
  }

  private void requireInRange(long offset) throws OffsetOutOfRange {
    if (offset < logStart() || offset > logEnd()) {
      throw new OffsetOutOfRange(offset, logStart(), logEnd());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
  }
}
