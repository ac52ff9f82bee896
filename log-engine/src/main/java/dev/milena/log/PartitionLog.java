package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One partition's log. */
@OwnedBy(Owner.PARTITION_LOOP)
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable", "UnusedMethod"})
public final class PartitionLog {
  PartitionLog() {}

  /** The log's folder name. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /** Appends batches as their leader: checks them once, gives them offsets, writes them at once. */
  public AppendOutcome append(ByteBuffer batches, int leaderEpoch, long nowMs) {
    throw new UnsupportedOperationException();
  }

  /** Finds where a fetch reads. */
  public LogSlice locate(long from, int maxBytes, long visibleEnd) throws OffsetOutOfRange {
    throw new UnsupportedOperationException();
  }

  /** Finds the first batch of a time or later. */
  public LogSlice locate(TimeSearch search, int maxBytes) throws OffsetOutOfRange {
    throw new UnsupportedOperationException();
  }

  /** First offset that can be read. */
  public long logStart() {
    throw new UnsupportedOperationException();
  }

  /** Next offset to be written. */
  public long logEnd() {
    throw new UnsupportedOperationException();
  }

  /** Everything below is on the device. */
  public long flushedEnd() {
    throw new UnsupportedOperationException();
  }

  /** Bytes of all segments. */
  public long sizeInBytes() {
    throw new UnsupportedOperationException();
  }

  /** Bytes that a power cut would take. */
  public long unflushedBytes() {
    throw new UnsupportedOperationException();
  }

  /** Takes what a flush thread posted; answers whether the flushed end moved. */
  public boolean apply(FlushResult result) {
    throw new UnsupportedOperationException();
  }

  /** Cuts everything at and above an offset, on the device too. Blocks. */
  public void truncateTo(long offset) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Forgets segments that time and size say, never past a limit. Answers how many. */
  public int retain(long nowMs, long limit) {
    throw new UnsupportedOperationException();
  }

  /** Moves the log's start up, as delete-records does. */
  public void raiseLogStart(long offset) {
    throw new UnsupportedOperationException();
  }

  /** Which leader epoch began where. */
  public EpochHistory epochs() {
    throw new UnsupportedOperationException();
  }

  /** Exchanges the settings. */
  public void configure(LogSettings settings) {
    throw new UnsupportedOperationException();
  }

  /** Why the log takes nothing any more; empty while it is healthy. */
  public Optional<String> offlineReason() {
    throw new UnsupportedOperationException();
  }

  /** Flushes everything, writes indexes and closes the files. Blocks. */
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
