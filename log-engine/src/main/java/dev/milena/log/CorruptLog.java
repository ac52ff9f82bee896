package dev.milena.log;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Bytes that were on the device are damaged or gone. Never repaired by cutting: the log stays
 * offline until its data comes back from a peer or an operator accepts the loss (invariant I13).
 */
public final class CorruptLog extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long position;
  private final String reason;

  /**
   * Says what is damaged.
   *
   * @param position byte in the file at which the damage shows
   * @param reason what is wrong there
   */
  public CorruptLog(Path file, long position, String reason) {
    super(file + " at byte " + position + ": " + reason);
    this.file = file.toString();
    this.position = position;
    this.reason = reason;
  }

  /** Which file or folder. */
  public Path file() {
    return Path.of(file);
  }

  /** Byte in the file at which the damage shows. */
  public long position() {
    return position;
  }

  /** What is wrong there. */
  public String reason() {
    return reason;
  }
}
