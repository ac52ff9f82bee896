package dev.milena.log;

import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The producers of batches that are about to be stored together, and the number that each goes on
 * with: no table knows of them yet. Used again and again; there are few in one run.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class SequenceRun {
  private long[] ids = new long[4];
  private short[] epochs = new short[4];
  private int[] nexts = new int[4];
  private int count;

  void clear() {
    count = 0;
  }

  /** Whether a batch of its producer is in the run already. */
  boolean holds(ByteBuffer batches, int at) {
    return placeOf(BatchHeader.producerId(batches, at)) >= 0;
  }

  /** Whether a batch, whose producer is in the run, is the next of it. */
  boolean goesOnWith(ByteBuffer batches, int at) {
    int place = placeOf(BatchHeader.producerId(batches, at));
    return BatchHeader.producerEpoch(batches, at) == epochs[place]
        && BatchHeader.baseSequence(batches, at) == nexts[place];
  }

  /** The number that the producer of a batch, which is in the run, goes on with. */
  int expected(ByteBuffer batches, int at) {
    return nexts[placeOf(BatchHeader.producerId(batches, at))];
  }

  /** Takes one more batch; none of no producer. */
  void add(ByteBuffer batches, int at) {
    long id = BatchHeader.producerId(batches, at);
    if (id == BatchHeader.NO_PRODUCER) {
      return;
    }
    int place = placeOf(id);
    if (place < 0) {
      place = count;
      count++;
      if (place == ids.length) {
        ids = Arrays.copyOf(ids, 2 * place);
        epochs = Arrays.copyOf(epochs, 2 * place);
        nexts = Arrays.copyOf(nexts, 2 * place);
      }
    }
    int last =
        ProducerState.lastOf(
            BatchHeader.baseSequence(batches, at), BatchHeader.recordCount(batches, at));
    ids[place] = id;
    epochs[place] = BatchHeader.producerEpoch(batches, at);
    nexts[place] = ProducerState.lastOf(last, 2);
  }

  private int placeOf(long id) {
    for (int i = 0; i < count; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }
}
