package dev.milena.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Standard output for bytes: gathers them, and tells a reader who went away from other failures.
 *
 * <p>Neither PrintStream nor text is of use here: values are bytes, and a PrintStream swallows the
 * broken pipe.
 */
final class DataOut {
  private static final int BUFFER_BYTES = 64 << 10;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private boolean broken;

  /**
   * The reader of standard output went away: nothing is left to do. A full disk is another matter.
   */
  static final class ReaderGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReaderGone(IOException cause) {
      super(cause);
    }
  }

  DataOut(OutputStream out) {
    this.out = out;
  }

  void put(byte one) {
    if (filled == buffer.length) {
      flush();
    }
    buffer[filled++] = one;
  }

  /** From position to limit; the buffer stays as it is. */
  void put(ByteBuffer bytes) {
    int at = bytes.position();
    while (at < bytes.limit()) {
      if (filled == buffer.length) {
        flush();
      }
      int some = Math.min(buffer.length - filled, bytes.limit() - at);
      bytes.get(at, buffer, filled, some);
      filled += some;
      at += some;
    }
  }

  void put(String text) {
    put(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  void line(String text) {
    put(text);
    put((byte) '\n');
  }

  void flush() {
    int count = filled;
    filled = 0;
    try {
      out.write(buffer, 0, count);
      out.flush();
    } catch (IOException e) {
      broken = true;
      throw readerGone(e)
          ? new ReaderGone(e)
          : CommandFailed.refused("standard output cannot be written: " + e.getMessage());
    }
  }

  /** Whether what was put here could not be shown to whom it was meant for. */
  boolean isBroken() {
    return broken;
  }

  /** Java tells the kinds apart by nothing but the system's words. */
  private static boolean readerGone(IOException e) {
    String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("broken pipe") || words.contains("connection reset");
  }
}
