package dev.milena.broker.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A "no" with everything a caller needs: what kind, a sentence for people, and facts for programs.
 *
 * @param kind the row of the error table
 * @param message one sentence that names the thing, the bound and the next step
 * @param about facts by name, as {@code google.rpc.ErrorInfo.metadata} carries them: {@code topic},
 *     {@code partition}, {@code broker}, {@code leader}, {@code leaderAddress}, {@code maxBytes},
 *     {@code retryAfterMs}, {@code logStartOffset}, {@code logEndOffset}, {@code offset}, {@code
 *     stored}
 */
public record Refusal(ErrorKind kind, String message, SortedMap<String, String> about) {
  /** What waits on a loop is answered within a flush or a read: a tenth of a second is plenty. */
  private static final long RETRY_AFTER_MS = 100;

  private static final String STORED = "stored";
  private static final String NO = "no";

  /** Copies the facts. */
  public Refusal {
    about = Collections.unmodifiableSortedMap(new TreeMap<>(about));
  }

  /** A refusal without facts. */
  public static Refusal of(ErrorKind kind, String message) {
    return new Refusal(kind, message, Collections.emptySortedMap());
  }

  /** Something of one partition, or on the way to it, is full. */
  public static Refusal overloaded(PartitionName where, String full) {
    return overloaded(full).about(where);
  }

  /**
   * Something is full; nothing was stored or waited for.
   *
   * @param full a clause that says what waits there and how much may, which is the bound
   */
  public static Refusal overloaded(String full) {
    return of(ErrorKind.OVERLOADED, full + "; try again in " + RETRY_AFTER_MS + " ms")
        .with("retryAfterMs", Long.toString(RETRY_AFTER_MS));
  }

  /** A refusal about one partition. */
  public static Refusal of(ErrorKind kind, PartitionName where, String message) {
    return of(kind, message).about(where);
  }

  private Refusal about(PartitionName where) {
    return with("topic", ShownName.of(where.topic()))
        .with("partition", Integer.toString(where.partition()));
  }

  /**
   * The same, with the word that certainly nothing of what was sent was stored. A write that is
   * refused without it may be stored, now or later.
   */
  public Refusal nothingStored() {
    return with(STORED, NO);
  }

  /** Whether it says that certainly nothing was stored. */
  public boolean saysNothingStored() {
    return NO.equals(about.get(STORED));
  }

  /** The same with one more fact. */
  public Refusal with(String name, String value) {
    var more = new TreeMap<>(about);
    more.put(name, value);
    return new Refusal(kind, message, more);
  }
}
