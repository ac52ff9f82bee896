package dev.milena.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Splits bytes into lines. LF or CRLF ends a line and is not part of it; the last line may lack
 * one; a CR elsewhere, NUL and every other byte are carried as they are.
 */
final class LineReader {
  private static final int FIRST_BYTES = 64 << 10;

  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer = new byte[FIRST_BYTES];
  private int from;
  private int filled;
  private boolean ended;
  private long lineNumber;

  /**
   * Reads from a stream.
   *
   * @param maxLineBytes the longest line taken, without its end
   */
  LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** Of the line that {@link #next} gave last, from 1. */
  long lineNumber() {
    return lineNumber;
  }

  /**
   * The next line: a view, good until the next call.
   *
   * @return empty after the last line
   * @throws CommandFailed when a line is too long
   */
  Optional<ByteBuffer> next() throws IOException {
    int searched = from;
    while (true) {
      int end = indexOfLineFeed(searched);
      if (end >= 0) {
        return Optional.of(line(end, end + 1));
      }
      searched = filled;
      // one more than the longest line, for a CR that may be the first half of its end
      if (filled - from > maxLineBytes + 1) {
        throw tooLong();
      }
      if (ended) {
        return from == filled ? Optional.empty() : Optional.of(lastLine());
      }
      int moved = from;
      fill();
      searched -= moved - from;
    }
  }

  private int indexOfLineFeed(int start) {
    for (int i = start; i < filled; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private ByteBuffer line(int lineFeed, int next) {
    int end = lineFeed > from && buffer[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
    return cut(end, next);
  }

  private ByteBuffer lastLine() {
    return cut(filled, filled);
  }

  private ByteBuffer cut(int end, int next) {
    if (end - from > maxLineBytes) {
      throw tooLong();
    }
    ByteBuffer line = ByteBuffer.wrap(buffer, from, end - from).slice();
    from = next;
    lineNumber++;
    return line;
  }

  private CommandFailed tooLong() {
    return CommandFailed.refused(
        "line "
            + (lineNumber + 1)
            + " has more than "
            + (filled - from - 1)
            + " bytes; kafkactl takes lines of at most "
            + maxLineBytes
            + " bytes; stopped there, the lines before it were sent");
  }

  /** Makes room by moving what is there to the front, or by growing, and reads once. */
  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, filled - from);
      filled -= from;
      from = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, maxLineBytes + 2 * FIRST_BYTES));
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      ended = true;
    } else {
      filled += read;
    }
  }
}
