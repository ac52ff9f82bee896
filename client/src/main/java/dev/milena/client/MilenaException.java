package dev.milena.client;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster said no, or could not be asked.
 *
 * <p>The message is a sentence for people; programs look at {@link #reason}.
 */
public class MilenaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sentence;
  private final String reason;
  private final String status;
  private final TreeMap<String, String> about;

  /**
   * Tells what went wrong.
   *
   * @param reason one word: a broker's, as docs/ERRORS.md lists them, or one of {@link
   *     ClientReason}
   * @param status the name of a gRPC status code: {@code NOT_FOUND}, {@code UNAVAILABLE} ...
   * @param about what it is about, where known: topic, partition, offset, leader, maxBytes ...
   */
  public MilenaException(String reason, String status, String message, Map<String, String> about) {
    this(reason, status, message, about, null);
  }

  /** The same, with what caused it. */
  public MilenaException(
      String reason,
      String status,
      String message,
      Map<String, String> about,
      @Nullable Throwable cause) {
    super(message, cause);
    this.sentence = message;
    this.reason = reason;
    this.status = status;
    this.about = new TreeMap<>(about);
  }

  /** One sentence, for people. */
  @Override
  public final String getMessage() {
    return sentence;
  }

  /** Why, in one word for programs. */
  public final String reason() {
    return reason;
  }

  /** The gRPC status code's name. */
  public final String status() {
    return status;
  }

  /** What it is about, by name. */
  public final SortedMap<String, String> about() {
    return Collections.unmodifiableSortedMap(about);
  }

  /**
   * Whether the same call may succeed later, or elsewhere. After {@code DEADLINE_EXCEEDED} it may
   * also have succeeded already.
   */
  public final boolean retriable() {
    return Retry.mayHelp(reason, status);
  }
}
