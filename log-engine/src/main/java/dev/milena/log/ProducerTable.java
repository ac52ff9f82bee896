package dev.milena.log;

import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The idempotent producers of one log: of each its epoch, its sequence numbers, and where its last
 * five batches lie, so that a batch which is sent again is stored once, and in order (KIP-98,
 * KIP-360).
 *
 * <p>Side structure of the log: it is cut with it, and made anew from batch headers. A producer of
 * which every remembered batch was cut is not known any more; its next batch is taken as it comes,
 * since at most five were under way.
 *
 * <p>Bounded by {@link #MOST}: of more, those that wrote longest ago are forgotten.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ProducerTable {
  /** About 3 MB of heap, and of a file that the loop writes at each roll. */
  static final int MOST = 10_000;

  private final Map<Long, ProducerState> producers = new HashMap<>();
  private long version;

  /** How many producers are known. */
  int size() {
    return producers.size();
  }

  /** Counts changes, so that whoever keeps a copy knows whether it is true. */
  long version() {
    return version;
  }

  /** All of them, by id. */
  Map<Long, ProducerState> all() {
    return new TreeMap<>(producers);
  }

  /**
   * Whether a batch is the next of its producer.
   *
   * @param batch at its position
   */
  ProducerCheck check(ByteBuffer batch, int at) {
    long id = BatchHeader.producerId(batch, at);
    ProducerState known = id == BatchHeader.NO_PRODUCER ? null : producers.get(id);
    if (known == null) {
      return ProducerCheck.NEXT;
    }
    short epoch = BatchHeader.producerEpoch(batch, at);
    int first = BatchHeader.baseSequence(batch, at);
    int records = BatchHeader.recordCount(batch, at);
    int place = known.placeOf(epoch, first, ProducerState.lastOf(first, records));
    if (place >= 0) {
      long offset = known.offsetAt(place);
      return new ProducerCheck.Known(offset, offset + records, known.timeAt(place));
    }
    int expected = epoch > known.epoch() ? 0 : known.next();
    if (epoch >= known.epoch() && first == expected) {
      return ProducerCheck.NEXT;
    }
    return misfit(id, known, epoch, first, expected);
  }

  private static ProducerCheck misfit(
      long id, ProducerState known, short epoch, int first, int expected) {
    if (epoch < known.epoch()) {
      return new ProducerCheck.Misfit(
          SequenceFault.OLD_EPOCH,
          "producer %s is at epoch %s by now, and this is of epoch %s"
              .formatted(id, known.epoch(), epoch));
    }
    // half the circle behind is the past, half of it ahead the future
    boolean past = epoch == known.epoch() && ((expected - first) & Integer.MAX_VALUE) < 1 << 30;
    return past
        ? new ProducerCheck.Misfit(
            SequenceFault.ALREADY_STORED,
            "producer %s was at sequence number %s, and %s was stored before, not among its last %s batches"
                .formatted(id, expected, first, ProducerState.REMEMBERED))
        : new ProducerCheck.Misfit(
            SequenceFault.GAP,
            "of producer %s in epoch %s comes sequence number %s where %s belongs"
                .formatted(id, epoch, first, expected));
  }

  /**
   * Notes a batch that is stored.
   *
   * @param at its position
   * @param baseOffset where it is stored
   * @param nowMs since 1970
   */
  void note(ByteBuffer batch, int at, long baseOffset, long nowMs) {
    long id = BatchHeader.producerId(batch, at);
    if (id == BatchHeader.NO_PRODUCER) {
      return;
    }
    if (producers.size() >= MOST && !producers.containsKey(id)) {
      forgetHalf();
    }
    int first = BatchHeader.baseSequence(batch, at);
    producers
        .computeIfAbsent(id, _ -> new ProducerState())
        .add(
            BatchHeader.producerEpoch(batch, at),
            first,
            ProducerState.lastOf(first, BatchHeader.recordCount(batch, at)),
            baseOffset,
            nowMs);
    version++;
  }

  /** As {@link KnownProducers#below}. */
  List<KnownProducers.Batch> below(long offset) {
    List<KnownProducers.Batch> batches = new ArrayList<>();
    all()
        .forEach((id, state) -> {
          for (int i = 0; i < state.size(); i++) {
            if (state.offsetAt(i) < offset) {
              batches.add(
                  new KnownProducers.Batch(
                      id,
                      state.epochAt(i),
                      state.firstAt(i),
                      state.lastAt(i),
                      state.offsetAt(i),
                      state.timeAt(i)));
            }
          }
        });
    return batches;
  }

  /** A table of these batches, of each producer the oldest first. */
  static ProducerTable of(List<KnownProducers.Batch> batches) {
    ProducerTable table = new ProducerTable();
    for (KnownProducers.Batch batch : batches) {
      table
          .producers
          .computeIfAbsent(batch.producerId(), _ -> new ProducerState())
          .add(
              batch.epoch(),
              batch.firstSequence(),
              batch.lastSequence(),
              batch.baseOffset(),
              batch.appendedMs());
    }
    table.version++;
    return table;
  }

  /** Knows from now on what another knows, which is given up; also how often that changed. */
  void become(ProducerTable other) {
    producers.clear();
    producers.putAll(other.producers);
    version = other.version;
  }

  /** Takes a producer as it was written down. */
  void restore(long id, ProducerState state) {
    producers.put(id, state);
    version++;
  }

  /** Forgets what lies at or above an offset. */
  void truncateEnd(long offset) {
    for (Iterator<ProducerState> each = producers.values().iterator(); each.hasNext(); ) {
      ProducerState state = each.next();
      int before = state.size();
      state.truncateEnd(offset);
      if (state.size() < before) {
        version++;
      }
      if (state.size() == 0) {
        each.remove();
      }
    }
  }

  /** Forgets producers that wrote for the last time before a moment. */
  void expire(long beforeMs) {
    if (producers.values().removeIf(state -> state.lastMs() < beforeMs)) {
      version++;
    }
  }

  /** Those that wrote longest ago; rare, and then of many at once. Times may be the same of all. */
  private void forgetHalf() {
    long middle =
        producers.values().stream()
            .mapToLong(ProducerState::lastOffset)
            .sorted()
            .skip(producers.size() / 2)
            .findFirst()
            .orElse(0);
    producers.values().removeIf(state -> state.lastOffset() < middle);
    version++;
  }
}
