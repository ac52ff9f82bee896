package dev.milena.simulation;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.Refusal;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Producers and consumers of one partition. Each record carries a number of its own, so that one
 * which is lost, doubled or in the wrong place is recognized. They never retry.
 */
final class SimulatedClients {
  private static final Caller CALLER = new Caller("sim", "sim:1", Caller.ANONYMOUS, "");

  /** What a reader may be told instead of records. */
  private static final Set<ErrorKind> FINE_FOR_READERS =
      EnumSet.of(
          ErrorKind.STORAGE_OFFLINE,
          ErrorKind.STORAGE_FULL,
          ErrorKind.LEADER_NOT_AVAILABLE,
          ErrorKind.OVERLOADED,
          ErrorKind.SHUTTING_DOWN,
          ErrorKind.OFFSET_NOT_AVAILABLE);

  private final SplittableRandom random;
  private final SimulatedNode node;
  private final PartitionName where;
  private final String folder;
  private final PartitionHistory history;
  private final Bug bug;
  private long acknowledged;
  private long read;

  /**
   * Clients of one partition.
   *
   * @param folder of the partition's log
   */
  SimulatedClients(
      SplittableRandom random,
      SimulatedNode node,
      PartitionName where,
      String folder,
      PartitionHistory history,
      Bug bug) {
    this.random = random;
    this.node = node;
    this.where = where;
    this.folder = folder;
    this.history = history;
    this.bug = bug;
  }

  String folder() {
    return folder;
  }

  PartitionHistory history() {
    return history;
  }

  long acknowledgedCount() {
    return acknowledged;
  }

  long readCount() {
    return read;
  }

  /** Sends a batch of a few records; what comes back is noted when it comes. */
  void produce() {
    int count = 1 + random.nextInt(8);
    List<ByteBuffer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(value());
    }
    Acks acks = random.nextInt(5) == 0 ? Acks.LEADER : Acks.ALL;
    int life = node.lives();
    long sentMs = node.clock().monotonicMs();
    var part = new ProduceCall.Part(where, batch(values));
    node.core()
        .produce(
            new ProduceCall(CALLER, acks, 1 + random.nextInt(2_000), List.of(part)),
            outcomes -> produced(new Sent(acks, values, life, sentMs), outcomes.getFirst()));
  }

  /** Reads once, from somewhere that can be read. */
  void fetch() {
    long known = history.visibleEnd();
    long from = history.logStart() + random.nextLong(known - history.logStart() + 1);
    int waitMs = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
    int maxBytes = 1 + random.nextInt(40_000);
    fetch(from, new FetchCall.Bounds(1, maxBytes, waitMs), new Reading());
  }

  /** After heal: reads everything there is. A damaged partition may say so instead. */
  void readAll() {
    long from = history.logStart();
    while (true) {
      Reading reading = new Reading();
      fetch(from, new FetchCall.Bounds(1, 1 << 20, 0), reading);
      node.settle();
      if (reading.refused && history.logStart() > from) {
        from = history.logStart();
        continue;
      }
      if (reading.refused && !history.isDamaged()) {
        throw new InvariantBroken("I1", where + ": cannot be read from " + from + " after heal");
      }
      if (reading.refused) {
        return;
      }
      if (!reading.answered) {
        throw new InvariantBroken("I10", where + ": a fetch is not answered after heal");
      }
      if (reading.nextOffset == from) {
        history.complete(history.logStart(), from);
        return;
      }
      from = reading.nextOffset;
    }
  }

  private static final class Reading {
    private boolean answered;
    private boolean refused;
    private long nextOffset;
  }

  private void fetch(long from, FetchCall.Bounds bounds, Reading reading) {
    long known = history.visibleEnd();
    int life = node.lives();
    node.core()
        .fetch(
            new FetchCall(
                CALLER, where, new FetchStart.AtOffset(from), FetchCall.FetchForm.RECORDS, bounds),
            outcome -> {
              if (life == node.lives()) {
                fetched(from, known, outcome, reading);
              }
            });
  }

  private void fetched(long from, long known, FetchOutcome outcome, Reading reading) {
    switch (outcome) {
      case FetchOutcome.RecordsFetched(var records, long nextOffset, var bounds) -> {
        boolean stale = bug == Bug.STALE_READ && random.nextInt(40) == 0;
        history.bounds(
            stale
                ? new LogBounds(
                    from, bounds.logStart(), bounds.highWatermark() / 2, bounds.leaderEpoch())
                : bounds,
            known,
            node.clocks());
        history.read(from, records, nextOffset);
        read += records.size();
        reading.answered = true;
        reading.nextOffset = nextOffset;
      }
      case FetchOutcome.BatchesFetched batches ->
          throw new InvariantBroken("I4", where + ": batches came for records: " + batches);
      case FetchOutcome.FetchRefused(Refusal refusal) -> {
        refused(from, refusal);
        reading.refused = true;
      }
    }
  }

  private void refused(long from, Refusal refusal) {
    boolean gone =
        refusal.kind() == ErrorKind.OFFSET_OUT_OF_RANGE
            && Long.parseLong(refusal.about().getOrDefault("logStartOffset", "0")) > from;
    if (gone) {
      history.startsAt(Long.parseLong(refusal.about().get("logStartOffset")), node.clocks());
    }
    boolean damage = refusal.kind() == ErrorKind.CORRUPT_LOG && history.isDamaged();
    if (!gone && !damage && !FINE_FOR_READERS.contains(refusal.kind())) {
      throw new InvariantBroken("I4", where + ": a reader at " + from + " is told " + refusal);
    }
  }

  /** A write under way: in which life of the node, and when on the monotonic clock. */
  private record Sent(Acks acks, List<ByteBuffer> values, int life, long sentMs) {}

  private void produced(Sent sent, PartOutcome outcome) {
    switch (outcome) {
      case PartOutcome.Written written -> {
        if (sent.acks() == Acks.ALL) {
          if (sent.life() == node.lives() && node.hasFailed(folder)) {
            throw new InvariantBroken(
                "I11", where + ": offset " + written.baseOffset() + " after a failed sync");
          }
          history.acknowledged(written.baseOffset(), sent.values(), sent.sentMs());
          acknowledged += sent.values().size();
        }
      }
      case PartOutcome.NotWritten(Refusal refusal) -> {
        if (refusal.saysNothingStored()) {
          history.refused(sent.values(), refusal.kind().name());
        }
      }
      case PartOutcome.Handed() -> throw new IllegalStateException("acks=none was not asked for");
    }
  }

  /** A number that no other record has, and some bytes; mostly few, sometimes many. */
  private ByteBuffer value() {
    int size = random.nextInt(12) == 0 ? random.nextInt(30_000) : random.nextInt(200);
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES + size);
    value.putLong(random.nextLong());
    byte fill = (byte) random.nextInt();
    while (value.hasRemaining()) {
      value.put(fill++);
    }
    return value.flip();
  }

  private ByteBuffer batch(List<ByteBuffer> values) {
    Compression compression = random.nextInt(4) == 0 ? Compression.LZ4 : Compression.NONE;
    try (RecordBatchBuilder builder = new RecordBatchBuilder(compression, 1 << 20)) {
      for (ByteBuffer value : values) {
        if (!builder.append(node.clock().wallMs(), null, value, List.of())) {
          throw new IllegalStateException("the batch is too small for its records");
        }
      }
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }
}
