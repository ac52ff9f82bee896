package dev.milena.quorum;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is written through java.util.logging, as gRPC does, while this is open. */
public final class LoggedLines extends Handler implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root = Logger.getLogger("");

  private LoggedLines() {}

  /** Listens from now on. */
  public static LoggedLines listening() {
    LoggedLines lines = new LoggedLines();
    lines.root.addHandler(lines);
    return lines;
  }

  /** LOGGER: MESSAGE of each so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(record.getLoggerName() + ": " + record.getMessage());
  }

  @Override
  public void flush() {
    // nothing is kept back
  }

  @Override
  public void close() {
    root.removeHandler(this);
  }
}
