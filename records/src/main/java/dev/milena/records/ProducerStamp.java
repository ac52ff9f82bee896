package dev.milena.records;

/**
 * Who made a batch, for a log that keeps each batch once.
 *
 * @param id producer id, or {@link BatchHeader#NO_PRODUCER}
 * @param epoch producer epoch, or {@link BatchHeader#NO_PRODUCER}
 * @param baseSequence sequence number of the batch's first record, or {@link
 *     BatchHeader#NO_PRODUCER}
 * @param transactional whether the batch is part of a transaction
 */
public record ProducerStamp(long id, short epoch, int baseSequence, boolean transactional) {
  /** A producer without idempotence. */
  public static final ProducerStamp NONE =
      new ProducerStamp(
          BatchHeader.NO_PRODUCER, (short) BatchHeader.NO_PRODUCER, BatchHeader.NO_PRODUCER, false);
}
