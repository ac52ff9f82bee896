package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** One entry of log.dirs: the logs in it, and what is known about them across restarts. */
@OwnedBy(Owner.ANY_THREAD)
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable", "UnusedMethod"})
public final class LogDirectory implements AutoCloseable {
  LogDirectory() {}

  /**
   * Opens a directory, or makes it one.
   *
   * @param idIfNew its id when it is new
   */
  public static LogDirectory open(Disk disk, Path root, UUID idIfNew) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Identifies this very directory, so that a swapped disk is noticed. */
  public UUID id() {
    throw new UnsupportedOperationException();
  }

  /** The incarnations of the broker that used it, the last one first; at most two. */
  public List<UUID> incarnations() {
    throw new UnsupportedOperationException();
  }

  /** Whether the last process stopped orderly. */
  public boolean wasClosedCleanly() {
    throw new UnsupportedOperationException();
  }

  /** Notes, on the device, that a new incarnation uses the directory. */
  public void beginIncarnation(UUID incarnation) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The logs in it. */
  public List<String> logs() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Opens a log, recovering it if need be, or creates it. */
  public OpenedLog openLog(String name, LogSettings settings, long nowMs) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Deletes a log; slices of it stay readable. The log must not be used any more. */
  public void deleteLog(String name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Writes the flushed ends and log starts of all logs. Blocks; call it about once a second. */
  public void checkpoint() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Deletes the files of segments that retention let go. Blocks; not for a loop. */
  public int reap() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Bytes that may still be written. */
  public long usableBytes() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** After all logs were closed: writes the clean-shutdown marker and lets the directory go. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
