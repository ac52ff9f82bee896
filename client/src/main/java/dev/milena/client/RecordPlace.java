package dev.milena.client;

/**
 * Where a record was written.
 *
 * @param offset {@link #UNKNOWN_OFFSET} with acks 0, when nobody says
 */
public record RecordPlace(String topic, int partition, long offset) {
  /** Nobody said. */
  public static final long UNKNOWN_OFFSET = -1;
}
