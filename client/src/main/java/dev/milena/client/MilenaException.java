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
  private static final String STORED = "stored";
  private static final String NO = "no";

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
   * @param about what it is about, where known: topic, partition, offset, leader, maxBytes, stored
   *     ...
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
   * Whether it is certain that nothing of a write was stored: sent again, it cannot be there twice.
   * False when nobody knows, and for what is no write.
   */
  public final boolean nothingStored() {
    return NO.equals(about.get(STORED));
  }

  /** The same failure of records of which an earlier attempt, or another one, may be stored. */
  final MilenaException perhapsStored(String why) {
    if (!nothingStored()) {
      return this;
    }
    TreeMap<String, String> others = new TreeMap<>(about);
    others.remove(STORED);
    return new MilenaException(reason, status, sentence + "; " + why, others, getCause());
  }

  /** What {@link #nothingStored} goes by. */
  static Map<String, String> factOfNothingStored() {
    return Map.of(STORED, NO);
  }

  /**
   * Whether the same call may succeed later, or elsewhere. After {@code DEADLINE_EXCEEDED} it may
   * also have succeeded already, unless {@link #nothingStored} says that it has not.
   */
  public final boolean retriable() {
    return Retry.mayHelp(reason, status);
  }
}
