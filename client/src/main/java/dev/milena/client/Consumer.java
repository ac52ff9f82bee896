package dev.milena.client;

import dev.milena.records.BatchCheck;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Reads the records of given partitions, in order within each.
 *
 * <p>One thread at a time polls. See {@link BatchConsumer} for what happens underneath.
 */
@OwnedBy(Owner.CREATOR)
public final class Consumer implements AutoCloseable {
  /** What one batch may decompress to, in bytes. */
  private static final long MAX_OUTPUT_BYTES = 1L << 31;

  private final BatchConsumer batches;
  private final RecordCursor cursor;
  private final BatchCheck check = BatchCheck.ofStored();

  Consumer(ConsumerSettings settings, BatchConsumer batches) {
    this.batches = batches;
    this.cursor = new RecordCursor(new RecordLimits(settings.maxRecordBytes(), MAX_OUTPUT_BYTES));
  }

  /**
   * The next records of whichever partition has some.
   *
   * @param timeoutMs to wait at most; 0 takes what is there
   * @return records to walk over before the next poll, which forgets the rest; empty when nothing
   *     came in time
   * @throws MilenaException as {@link BatchConsumer#poll}; {@link RecordRun#next} throws too
   */
  public Optional<RecordRun> poll(long timeoutMs) {
    return batches
        .poll(timeoutMs)
        .map(fetched -> new RecordRun(fetched, cursor, check, batches::endWith));
  }

  /** The same, with all records copied. */
  public List<ConsumedRecord> pollRecords(long timeoutMs) {
    List<ConsumedRecord> records = new ArrayList<>();
    poll(timeoutMs)
        .ifPresent(run -> {
          while (run.next()) {
            records.add(run.copy());
          }
        });
    return records;
  }

  /** As {@link BatchConsumer#positions}. */
  public SortedMap<TopicPartition, StartAt> positions() {
    return batches.positions();
  }

  /** As {@link BatchConsumer#ended}. */
  public SortedMap<TopicPartition, MilenaException> ended() {
    return batches.ended();
  }

  /** As {@link BatchConsumer#readFrom}. */
  public void readFrom(TopicPartition partition, StartAt place) {
    batches.readFrom(partition, place);
  }

  /** As {@link BatchConsumer#failing}. */
  public SortedMap<TopicPartition, MilenaException> failing() {
    return batches.failing();
  }

  /** As {@link BatchConsumer#connected}. */
  public boolean connected() {
    return batches.connected();
  }

  @Override
  public void close() {
    batches.close();
    cursor.close();
  }
}
