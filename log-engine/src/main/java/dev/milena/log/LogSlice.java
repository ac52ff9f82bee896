package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Where the bytes of a fetch lie, leased: the file stays readable until {@link #close}, whatever
 * retention, truncation or deletion do meanwhile. No bytes are copied to make one.
 *
 * <p>The loop that locates never reads the disk, so a slice may be too wide at first. A reader
 * thread calls {@link #trim} once, then reads.
 *
 * <pre>
 *   located   [ batch 140..147 | batch 148..151 | batch 152..160 | batch 161..  ]   from = 150
 *   trimmed                    [ batch 148..151 | batch 152..160 ]   whole batches, at most maxBytes
 * </pre>
 *
 * <p>The first batch may begin before the offset asked for; whoever decodes it skips the front.
 */
@OwnedBy(Owner.READER_THREAD)
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable", "UnusedMethod"})
public final class LogSlice implements AutoCloseable {
  LogSlice() {}

  /** Whether the bounds are final. A slice of recent batches is from the start. */
  public boolean isExact() {
    throw new UnsupportedOperationException();
  }

  /** Whether all of it was appended so recently that it lies in the page cache. */
  public boolean isRecent() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes the bounds final: whole batches, from the one that holds the offset asked for. Reads
   * headers from the disk; does nothing when the bounds are final already.
   */
  public void trim() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Bytes from the first batch to the last; before {@link #trim} the most there can be. */
  public int sizeInBytes() {
    throw new UnsupportedOperationException();
  }

  /** The offset after the last batch, where to go on. */
  public long endOffset() {
    throw new UnsupportedOperationException();
  }

  /** Reads bytes of the slice into the buffer until it is full or the slice ends. */
  public int read(int at, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Sends bytes of the slice to a channel without copying where the system can. */
  public long transferTo(int at, int count, WritableByteChannel target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Checks the CRC of every batch, throwing {@link CorruptLog}. */
  public void check() throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
