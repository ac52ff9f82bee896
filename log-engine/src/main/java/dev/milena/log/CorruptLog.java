package dev.milena.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Bytes that were on the device are damaged or gone. Never repaired by cutting: the log stays
 * offline until its data comes back from a peer or an operator accepts the loss (invariant I13).
 */
public final class CorruptLog extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long position;
  private final String reason;
  private final long offset;
  private final boolean loss;

  /**
   * Says what is damaged.
   *
   * @param position byte in the file at which the damage shows
   * @param reason what is wrong there
   */
  public CorruptLog(Path file, long position, String reason) {
    this(file, position, EpochHistory.NO_OFFSET, false, reason);
  }

  private CorruptLog(Path file, long position, long offset, boolean loss, String reason) {
    super(file + " at byte " + position + ": " + reason);
    this.file = file.toString();
    this.position = position;
    this.reason = reason;
    this.offset = offset;
    this.loss = loss;
  }

  /**
   * Says which batch of a segment is damaged.
   *
   * @param position where it begins
   * @param offset its first
   */
  public static CorruptLog ofBatch(Path file, long position, long offset, String reason) {
    return new CorruptLog(file, position, offset, false, reason);
  }

  /** Says that a file ends in front of what was flushed of it. */
  static CorruptLog ofShortFile(Path file, long fileBytes, long flushedBytes) {
    String reason = "the file is shorter than the " + flushedBytes + " bytes flushed";
    return new CorruptLog(file, fileBytes, EpochHistory.NO_OFFSET, true, reason);
  }

  /** Whether something is gone for certain, whatever else is wrong with the file. */
  boolean isLoss() {
    return loss;
  }

  /** Which file or folder. */
  public Path file() {
    return Path.of(file);
  }

  /** Byte in the file at which the damage shows. */
  public long position() {
    return position;
  }

  /**
   * The first offset of the batch that is damaged at that byte; empty when more is wrong, so that
   * one batch after the other would not mend it.
   */
  public OptionalLong offset() {
    return offset == EpochHistory.NO_OFFSET ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** What is wrong there. */
  public String reason() {
    return reason;
  }
}
