package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Finding.Kind;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that is known of one partition: some numbers for each offset and for each record, so a
 * million records take some tens of megabytes.
 */
final class PartitionHistory {
  private final int partition;
  private final Findings findings;
  private final Map<Integer, ProducerHistory> producers = new TreeMap<>();
  private final Map<Integer, ReplicaHistory> replicas = new TreeMap<>();

  /** Ids of values by offset, as they were first seen or said to be. */
  private final LongArray firstSeen = new LongArray();

  /** Who saw it so: an index of {@link #witnesses}. */
  private final LongArray firstWitness = new LongArray();

  /** Ids of values by offset, as the fresh reader found them. */
  private final LongArray inTheEnd = new LongArray();

  /** Offsets at which a consumer read something. */
  private final BitSet polled = new BitSet();

  private final BitSet inconsistent = new BitSet();
  private final Witnesses witnesses;

  PartitionHistory(int partition, Findings findings, Witnesses witnesses) {
    this.partition = partition;
    this.findings = findings;
    this.witnesses = witnesses;
  }

  ProducerHistory producer(int producer) {
    return producers.computeIfAbsent(producer, _ -> new ProducerHistory());
  }

  Map<Integer, ProducerHistory> producers() {
    return producers;
  }

  void acked(Value value, long offset) {
    ProducerHistory by = producer(value.producer());
    by.acked.set((int) value.sequence());
    if (offset != Event.Acked.NOWHERE) {
      by.ackedAt.set(value.sequence(), offset + 1);
      seen(value, offset, "an acknowledgement");
    }
  }

  void polled(Value value, long offset, String reader) {
    polled.set((int) offset);
    seen(value, offset, reader);
  }

  void found(Value value, long offset) {
    inTheEnd.set(offset, value.id());
    producer(value.producer()).inTheEnd.set((int) value.sequence());
    seen(value, offset, "the reader in the end");
  }

  void stored(Event.Stored stored) {
    ReplicaHistory replica = replicas.computeIfAbsent(stored.node(), _ -> new ReplicaHistory());
    replica.values.set(stored.offset(), stored.value().id());
    replica.prints.set(stored.offset(), stored.print());
    if (stored.epoch() < replica.lastEpoch) {
      findings.add(
          Kind.EPOCH_WENT_BACK,
          partition,
          stored.offset(),
          "in the log of node %s epoch %s stands at offset %s of partition %s, behind epoch %s"
              .formatted(
                  stored.node(), stored.epoch(), stored.offset(), partition, replica.lastEpoch));
    }
    replica.lastEpoch = Math.max(replica.lastEpoch, stored.epoch());
    seen(stored.value(), stored.offset(), "the log of node " + stored.node());
  }

  /** That a node keeps this partition, be it empty. */
  void keeps(int node) {
    replicas.computeIfAbsent(node, _ -> new ReplicaHistory());
  }

  private void seen(Value value, long offset, String witness) {
    long first = firstSeen.get(offset);
    if (first == 0) {
      firstSeen.set(offset, value.id());
      firstWitness.set(offset, witnesses.number(witness));
    } else if (first != value.id() && !inconsistent.get((int) offset)) {
      inconsistent.set((int) offset);
      findings.add(
          Kind.INCONSISTENT_OFFSET,
          partition,
          offset,
          "offset %s: %s, says %s; %s, says %s"
              .formatted(offset, Value.of(partition, first), witnessOf(offset), value, witness));
    }
    ProducerHistory by = producer(value.producer());
    int sequence = (int) value.sequence();
    by.seen.set(sequence);
    long place = by.firstAt.get(sequence);
    if (place == 0) {
      by.firstAt.set(sequence, offset + 1);
    } else if (place != offset + 1 && !by.doubled.get(sequence)) {
      by.doubled.set(sequence);
      findings.add(
          Kind.DOUBLED,
          partition,
          value.id(),
          "%s: at offset %s and, says %s, at %s".formatted(value, place - 1, witness, offset));
    }
  }

  private String witnessOf(long offset) {
    return witnesses.name(firstWitness.get(offset));
  }

  /** Whether anybody saw a record at an offset of these, and which. */
  long anySeen(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      if (firstSeen.get(offset) != 0) {
        return offset;
      }
    }
    return -1;
  }

  /** Looks for what can only be said when all was told. */
  void judge() {
    producers.forEach(this::judgeProducer);
    judgeVanished();
    walkInTheEnd();
    judgeReplicas();
  }

  private void judgeProducer(int producer, ProducerHistory by) {
    for (int i = by.acked.nextSetBit(0); i >= 0; i = by.acked.nextSetBit(i + 1)) {
      Value value = new Value(partition, producer, i);
      long place = by.ackedAt.get(i) - 1;
      boolean there = place < 0 ? by.inTheEnd.get(i) : inTheEnd.get(place) == value.id();
      if (!there) {
        findings.add(Kind.LOST, partition, value.id(), lost(value, place));
      }
    }
    for (int i = by.seen.nextSetBit(0); i >= 0; i = by.seen.nextSetBit(i + 1)) {
      Value value = new Value(partition, producer, i);
      if (!by.sent.get(i)) {
        findings.add(Kind.INVENTED, partition, value.id(), "nobody sent " + value);
      }
      if (by.refused.get(i)) {
        findings.add(
            Kind.REFUSED_YET_THERE,
            partition,
            value.id(),
            "%s is at offset %s".formatted(value, by.firstAt.get(i) - 1));
      }
    }
  }

  private String lost(Value value, long place) {
    if (place < 0) {
      return value + " was acknowledged without an offset, and is nowhere";
    }
    long instead = inTheEnd.get(place);
    return "%s was acknowledged at offset %s; there is %s; what can be read ends at %s"
        .formatted(
            value, place, instead == 0 ? "nothing" : Value.of(partition, instead), inTheEnd.size());
  }

  private void judgeVanished() {
    for (int offset = polled.nextSetBit(0); offset >= 0; offset = polled.nextSetBit(offset + 1)) {
      if (inTheEnd.get(offset) == 0) {
        Value value = Value.of(partition, firstSeen.get(offset));
        if (!producer(value.producer()).acked.get((int) value.sequence())) {
          findings.add(
              Kind.VANISHED,
              partition,
              offset,
              "%s was at offset %s, says %s; in the end nothing is"
                  .formatted(value, offset, witnessOf(offset)));
        }
      }
    }
  }

  private void walkInTheEnd() {
    for (int offset = 0; offset < inTheEnd.size(); offset++) {
      long id = inTheEnd.get(offset);
      if (id == 0) {
        findings.add(
            Kind.HOLE,
            partition,
            offset,
            "partition %s has no offset %s".formatted(partition, offset));
        continue;
      }
      Value value = Value.of(partition, id);
      ProducerHistory by = producer(value.producer());
      if (value.sequence() < by.lastInOrder) {
        findings.add(
            Kind.REORDERED,
            partition,
            offset,
            "%s is at offset %s, behind record %s".formatted(value, offset, by.lastInOrder));
      }
      by.lastInOrder = Math.max(by.lastInOrder, value.sequence());
    }
  }

  private void judgeReplicas() {
    if (replicas.isEmpty()) {
      return;
    }
    for (int offset = 0; offset < inTheEnd.size(); offset++) {
      int at = offset;
      boolean alike =
          replicas.values().stream().allMatch(one -> one.values.get(at) == inTheEnd.get(at))
              && replicas.values().stream().mapToLong(one -> one.prints.get(at)).distinct().count()
                  == 1;
      if (!alike) {
        findings.add(Kind.DIVERGED, partition, at, diverged(at));
      }
    }
  }

  private String diverged(int offset) {
    StringBuilder all = new StringBuilder("partition %s, offset %s:".formatted(partition, offset));
    replicas.forEach((node, replica) -> {
      long id = replica.values.get(offset);
      all.append(
          " node %s has %s;"
              .formatted(
                  node,
                  id == 0
                      ? "nothing"
                      : "%s, print %08x"
                          .formatted(Value.of(partition, id), replica.prints.get(offset))));
    });
    return all.toString();
  }

  /** What can be read in the end, to this offset. */
  int end() {
    return inTheEnd.size();
  }
}
