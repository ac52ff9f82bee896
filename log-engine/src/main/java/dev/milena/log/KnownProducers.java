package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.List;

/**
 * What a log knows of idempotent producers, for a copy of it that begins behind batches which were
 * forgotten: it cannot learn from them that they were stored, and one of them may be sent again.
 */
@OwnedBy(Owner.PARTITION_LOOP)
public final class KnownProducers {
  private final PartitionLog log;
  private final ProducerTable table;
  private final ProducerFile file;

  KnownProducers(PartitionLog log, ProducerTable table, ProducerFile file) {
    this.log = log;
    this.table = table;
    this.file = file;
  }

  /**
   * One of the last five batches of a producer.
   *
   * @param producerId of its producer
   * @param epoch of its producer
   * @param firstSequence number of its first record
   * @param lastSequence number of its last record
   * @param baseOffset where it is stored, or was
   * @param appendedMs when, since 1970
   */
  public record Batch(
      long producerId,
      short epoch,
      int firstSequence,
      int lastSequence,
      long baseOffset,
      long appendedMs) {}

  /** Those that lie below an offset, of each producer the oldest first. */
  public List<Batch> below(long offset) {
    return table.below(offset);
  }

  /**
   * Takes over what the leader knows, if there is no record here to learn of; on the device too.
   * Waits for it.
   *
   * @throws NoSpaceException when the device is full; what is known here is as it was
   * @throws IOException for everything else: the log is offline
   */
  public void learn(List<Batch> batches) throws IOException {
    long end = log.logEnd();
    if (log.logStart() < end) {
      return;
    }
    ProducerTable learnt = ProducerTable.of(batches);
    learnt.truncateEnd(end);
    try {
      file.replace(learnt, end);
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      log.fail(failure);
      throw failure;
    }
    table.become(learnt);
  }
}
