package dev.milena.it.history;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The history of one actor as a file, to be written by any of its threads. */
final class HistoryFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final DataOutputStream out;
  private boolean closed;

  private HistoryFile(DataOutputStream out) {
    this.out = out;
  }

  /** Begins one. */
  static HistoryFile create(Path path) throws IOException {
    return new HistoryFile(
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES)));
  }

  /** Adds one; what comes after the end is not told: its outcome is unknown. */
  synchronized void add(Event event) {
    if (closed) {
      return;
    }
    try {
      EventCodec.write(event, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    out.close();
  }

  /**
   * Reads one from its front.
   *
   * @throws IOException also when it ends in the middle of an event
   */
  static void read(Path path, Consumer<Event> take) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
      for (int tag = in.read(); tag >= 0; tag = in.read()) {
        take.accept(EventCodec.read(tag, in));
      }
    }
  }
}
