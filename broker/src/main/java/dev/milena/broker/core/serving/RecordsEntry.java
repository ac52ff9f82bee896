package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.ShownName;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.TopicSettings;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.Partitioner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The way of records in the clear: each finds its partition, and batches are made of them. */
@OwnedBy(Owner.ANY_THREAD)
final class RecordsEntry {
  private final PartitionRouting routing;
  private final ProduceEntry produces;
  private final BytesInFlight inFlight;
  private final SortedMap<String, String> topicDefaults;
  private final BrokerClock clock;
  private final AtomicInteger nextKeyless = new AtomicInteger();

  RecordsEntry(
      PartitionRouting routing,
      ProduceEntry produces,
      BytesInFlight inFlight,
      SortedMap<String, String> topicDefaults,
      BrokerClock clock) {
    this.routing = routing;
    this.produces = produces;
    this.inFlight = inFlight;
    this.topicDefaults = topicDefaults;
    this.clock = clock;
  }

  void produce(RecordsCall call, Consumer<? super RecordsOutcome> answer) {
    int count = call.records().size();
    if (count < 1 || count > RecordsCall.MAX_RECORDS) {
      String bounds =
          "a request has 1 to %s records, got %s".formatted(RecordsCall.MAX_RECORDS, count);
      answer.accept(
          new RecordsOutcome.RecordsRefused(
              Refusal.of(ErrorKind.INVALID_REQUEST, bounds)
                  .with("topic", ShownName.of(call.topic()))));
      return;
    }
    routing.topic(
        call.topic(),
        found -> {
          switch (found) {
            case PartitionRouting.TopicFound.Topic(TopicImage topic) -> share(call, topic, answer);
            case PartitionRouting.TopicFound.NoTopic(Refusal refusal) ->
                answer.accept(new RecordsOutcome.RecordsRefused(refusal));
          }
        });
  }

  private void share(RecordsCall call, TopicImage topic, Consumer<? super RecordsOutcome> answer) {
    SortedMap<Integer, List<Integer>> byPartition = new TreeMap<>();
    if (call.partition() != RecordsCall.BY_KEY) {
      byPartition.put(call.partition(), List.of());
    } else {
      byPartition = byKey(call.records(), topic.partitionCount());
    }
    List<ProduceCall.Part> parts = new ArrayList<>();
    Optional<Refusal> refusal = build(call, topic, byPartition, parts);
    if (refusal.isPresent()) {
      answer.accept(new RecordsOutcome.RecordsRefused(refusal.get()));
      return;
    }
    SortedMap<Integer, List<Integer>> shares = byPartition;
    // Counted here: an answer that waits for the disk must not hold the records.
    int count = call.records().size();
    produces.produce(
        new ProduceCall(call.caller(), call.acks(), call.timeoutMs(), parts),
        outcomes -> answer.accept(shared(shares, outcomes, count)));
  }

  /** Makes the batches of all partitions; what is built is counted until it is handed on. */
  private Optional<Refusal> build(
      RecordsCall call,
      TopicImage topic,
      SortedMap<Integer, List<Integer>> byPartition,
      List<ProduceCall.Part> parts) {
    TopicSettings settings = TopicSettings.of(topic.configs(), topicDefaults);
    // Given back here and taken again by each part: the parts are admitted one by one.
    try (BytesInFlight.Share room = inFlight.share()) {
      var building = new RecordBatches(settings.maxMessageBytes(), clock.wallMs(), room);
      for (Map.Entry<Integer, List<Integer>> share : byPartition.entrySet()) {
        PartitionName where = new PartitionName(call.topic(), share.getKey());
        switch (building.build(where, call.records(), share.getValue())) {
          case RecordBatches.Built.Batches(var bytes) ->
              parts.add(new ProduceCall.Part(where, bytes));
          case RecordBatches.Built.Unfit(Refusal refusal) -> {
            return Optional.of(refusal);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Places of the records by partition; those without a key go together, in turn over calls. */
  private SortedMap<Integer, List<Integer>> byKey(List<PlainRecord> records, int partitionCount) {
    int keyless = Math.floorMod(nextKeyless.getAndIncrement(), partitionCount);
    SortedMap<Integer, List<Integer>> shares = new TreeMap<>();
    for (int i = 0; i < records.size(); i++) {
      PlainRecord record = records.get(i);
      int partition =
          record.hasKey() ? Partitioner.partitionOf(record.key(), partitionCount) : keyless;
      shares.computeIfAbsent(partition, _ -> new ArrayList<>()).add(i);
    }
    return shares;
  }

  private static RecordsOutcome shared(
      SortedMap<Integer, List<Integer>> byPartition, List<PartOutcome> outcomes, int all) {
    List<RecordsOutcome.Share> shares = new ArrayList<>();
    int place = 0;
    for (Map.Entry<Integer, List<Integer>> share : byPartition.entrySet()) {
      List<Integer> indexes = share.getValue();
      int count = indexes.isEmpty() ? all : indexes.size();
      shares.add(new RecordsOutcome.Share(share.getKey(), count, indexes, outcomes.get(place)));
      place++;
    }
    return new RecordsOutcome.Shared(shares);
  }
}
