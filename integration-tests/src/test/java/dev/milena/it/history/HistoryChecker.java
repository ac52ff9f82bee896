package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds what must not have happened in a history of records, in the manner of Jepsen's Kafka
 * workload. Pure.
 *
 * <p>It is told all events, actor after actor, and then asked. Nothing is assumed to be readable in
 * the end but what a {@link Event.Found} tells; so a reader that stops early is found out.
 */
final class HistoryChecker {
  /** A consumer with more gaps than that is found out by the first ones. */
  private static final int MOST_GAPS = 10_000;

  private final Findings findings;
  private final Witnesses witnesses = new Witnesses();
  private final Map<Integer, PartitionHistory> partitions = new TreeMap<>();
  private final Map<Integer, Map<Integer, Reading>> readings = new TreeMap<>();
  private final List<Gap> gaps = new ArrayList<>();

  /** How far one consumer is in one partition. */
  private static final class Reading {
    private long last = -1;

    /** The furthest end that it was told when it asked. */
    private long askedEnd;

    /** The furthest that it was told beside records. */
    private long toldEnd;
  }

  private record Gap(int consumer, int partition, long from, long to) {}

  /**
   * Nothing was told yet.
   *
   * @param mostOfAKind how many findings of each kind are kept
   */
  HistoryChecker(int mostOfAKind) {
    findings = new Findings(mostOfAKind);
  }

  /** Takes the next event of an actor. */
  void take(Event event) {
    switch (event) {
      case Event.Sent(Value value, long _) -> by(value).sent.set((int) value.sequence());
      case Event.Acked(Value value, long offset, long _, long _) ->
          of(value.partition()).acked(value, offset);
      case Event.Refused(Value value, long _) -> by(value).refused.set((int) value.sequence());
      case Event.Unknown(Value value, long _) -> by(value).failed.set((int) value.sequence());
      case Event.Polled(int consumer, long offset, Value value) -> {
        of(value.partition()).polled(value, offset, "consumer " + consumer);
        read(consumer, value.partition(), offset);
      }
      case Event.Found(long offset, Value value) -> of(value.partition()).found(value, offset);
      case Event.Damaged(String reader, int partition, long offset, String why) ->
          findings.add(
              Kind.DAMAGED,
              partition,
              offset,
              "%s, partition %s, offset %s: %s".formatted(reader, partition, offset, why));
      case Event.EndSeen seen -> endSeen(seen);
      case Event.ReadingEnded ended -> readingEnded(ended);
      case Event.Stored stored -> of(stored.value().partition()).stored(stored);
    }
  }

  /** That a node keeps a replica of a partition, be it empty. */
  void keeps(int node, int partition) {
    of(partition).keeps(node);
  }

  private PartitionHistory of(int partition) {
    return partitions.computeIfAbsent(
        partition, added -> new PartitionHistory(added, findings, witnesses));
  }

  private ProducerHistory by(Value value) {
    return of(value.partition()).producer(value.producer());
  }

  private Reading reading(int consumer, int partition) {
    return readings
        .computeIfAbsent(consumer, _ -> new TreeMap<>())
        .computeIfAbsent(partition, _ -> new Reading());
  }

  private void read(int consumer, int partition, long offset) {
    Reading reading = reading(consumer, partition);
    if (offset <= reading.last) {
      findings.add(
          Kind.NONMONOTONIC_POLL,
          partition,
          offset,
          "consumer %s read offset %s of partition %s after %s"
              .formatted(consumer, offset, partition, reading.last));
    } else if (offset > reading.last + 1 && gaps.size() < MOST_GAPS) {
      gaps.add(new Gap(consumer, partition, reading.last + 1, offset));
    }
    reading.last = offset;
  }

  private void endSeen(Event.EndSeen seen) {
    Reading reading = reading(seen.consumer(), seen.partition());
    long before =
        seen.asked()
            ? Math.max(reading.last + 1, Math.max(reading.askedEnd, reading.toldEnd))
            : reading.toldEnd;
    if (seen.end() < before) {
      findings.add(
          Kind.WENT_BACK,
          seen.partition(),
          seen.end(),
          "consumer %s %s that partition %s ends at %s, after %s"
              .formatted(
                  seen.consumer(),
                  seen.asked() ? "asked, and was told" : "was told",
                  seen.partition(),
                  seen.end(),
                  before));
    }
    if (seen.asked()) {
      reading.askedEnd = Math.max(reading.askedEnd, seen.end());
    } else {
      reading.toldEnd = Math.max(reading.toldEnd, seen.end());
    }
  }

  private void readingEnded(Event.ReadingEnded ended) {
    findings.add(
        ended.reason().equals("OFFSET_OUT_OF_RANGE") ? Kind.WENT_BACK : Kind.UNREADABLE,
        ended.partition(),
        ended.offset(),
        "consumer %s at offset %s of partition %s: %s"
            .formatted(ended.consumer(), ended.offset(), ended.partition(), ended.reason()));
  }

  /** All was told: what was found. To be asked once. */
  Findings judge() {
    partitions.values().forEach(PartitionHistory::judge);
    for (Gap gap : gaps) {
      long skipped = of(gap.partition()).anySeen(gap.from(), gap.to());
      if (skipped >= 0) {
        findings.add(
            Kind.SKIPPED_POLL,
            gap.partition(),
            gap.from(),
            "consumer %s passed from offset %s of partition %s to %s, over the record at %s"
                .formatted(gap.consumer(), gap.from(), gap.partition(), gap.to(), skipped));
      }
    }
    return findings;
  }

  /** How much of each there was, in a line. */
  String totals() {
    long sent = 0;
    long acked = 0;
    long refused = 0;
    long there = 0;
    for (PartitionHistory partition : partitions.values()) {
      there += partition.end();
      for (ProducerHistory by : partition.producers().values()) {
        sent += by.sent.cardinality();
        acked += by.acked.cardinality();
        refused += by.refused.cardinality();
      }
    }
    return "%s records sent: %s acknowledged, %s refused, %s unknown; %s can be read in the end"
        .formatted(sent, acked, refused, sent - acked - refused, there);
  }

  /** How many were sent and not acknowledged, whatever became of them. */
  long failed() {
    return partitions.values().stream()
        .flatMap(partition -> partition.producers().values().stream())
        .mapToLong(by -> by.sent.cardinality() - by.acked.cardinality())
        .sum();
  }

  /** How many were acknowledged. */
  long acknowledged() {
    return partitions.values().stream()
        .flatMap(partition -> partition.producers().values().stream())
        .mapToLong(by -> by.acked.cardinality())
        .sum();
  }
}
