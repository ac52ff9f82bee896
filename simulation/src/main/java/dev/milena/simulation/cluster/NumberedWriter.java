package dev.milena.simulation.cluster;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.Refusal;
import dev.milena.records.ProducerStamp;
import dev.milena.simulation.InvariantBroken;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An idempotent producer of one partition: it sends a batch again and again, to whoever leads then,
 * until it is acknowledged, and never gives one up. So each is stored once, in order, and none is
 * ever out of sequence (I2).
 */
final class NumberedWriter {
  private static final Caller CALLER = new Caller("sim", "sim:3", Caller.ANONYMOUS, "");
  private static final long AGAIN_MS = 2_000;

  /** A producer that gives nothing up is never told these. */
  private static final Set<ErrorKind> BROKEN =
      EnumSet.of(
          ErrorKind.OUT_OF_ORDER_SEQUENCE,
          ErrorKind.OLD_PRODUCER_EPOCH,
          ErrorKind.DUPLICATE_SEQUENCE);

  private final SplittableRandom random;
  private final PartitionName where;
  private final long id;
  private int next;
  private Optional<Batch> pending = Optional.empty();

  /** Told of what is acknowledged, once for each batch. */
  interface Acknowledged {
    void by(ClusterNode leader, List<ByteBuffer> values, long baseOffset, long sentMs);
  }

  /** A batch, through all attempts. */
  private static final class Batch {
    private final List<ByteBuffer> values;
    private final int first;
    private final long sentMs;
    private long againMs;
    private long storedAt = -1;

    Batch(List<ByteBuffer> values, int first, long sentMs) {
      this.values = values;
      this.first = first;
      this.sentMs = sentMs;
    }
  }

  NumberedWriter(SplittableRandom random, PartitionName where, long id) {
    this.random = random;
    this.where = where;
    this.id = id;
  }

  /** Sends the next batch, or the last one again if it is time. */
  void send(ClusterNode leader, BrokerCore core, long nowMs, Acknowledged told) {
    if (pending.isEmpty()) {
      pending = Optional.of(new Batch(SimulatedRecords.some(random), next, nowMs));
    }
    Batch batch = pending.get();
    if (nowMs < batch.againMs) {
      return;
    }
    batch.againMs = nowMs + random.nextLong(AGAIN_MS);
    boolean answerIsLost = random.nextInt(20) == 0;
    ProducerStamp stamp = new ProducerStamp(id, (short) 0, batch.first, false);
    ByteBuffer bytes = SimulatedRecords.batch(batch.values, stamp, batch.sentMs);
    core.produce(
        new ProduceCall(
            CALLER,
            Acks.ALL,
            1 + random.nextInt(20_000),
            List.of(new ProduceCall.Part(where, bytes))),
        outcomes -> {
          if (!answerIsLost) {
            answered(batch, leader, outcomes.getFirst(), told);
          }
        });
  }

  private void answered(Batch batch, ClusterNode leader, PartOutcome outcome, Acknowledged told) {
    switch (outcome) {
      case PartOutcome.Written written -> stored(batch, leader, written.baseOffset(), told);
      case PartOutcome.NotWritten(Refusal refusal) -> {
        if (BROKEN.contains(refusal.kind())) {
          throw new InvariantBroken(
              "I2", "%s: producer %s, batch of %s: %s".formatted(where, id, batch.first, refusal));
        }
      }
      case PartOutcome.Handed() -> throw new IllegalStateException("acks=none was not asked for");
    }
  }

  private void stored(Batch batch, ClusterNode leader, long offset, Acknowledged told) {
    if (batch.storedAt >= 0) {
      if (batch.storedAt != offset) {
        throw new InvariantBroken(
            "I2",
            "%s: producer %s, batch of %s: stored at %s and at %s"
                .formatted(where, id, batch.first, batch.storedAt, offset));
      }
      return;
    }
    batch.storedAt = offset;
    pending = Optional.empty();
    next = batch.first + batch.values.size();
    told.by(leader, batch.values, offset, batch.sentMs);
  }
}
