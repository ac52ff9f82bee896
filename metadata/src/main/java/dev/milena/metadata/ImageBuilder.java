package dev.milena.metadata;

import dev.milena.metadata.MetadataRecord.BrokerFenced;
import dev.milena.metadata.MetadataRecord.BrokerRegistered;
import dev.milena.metadata.MetadataRecord.BrokerRemoved;
import dev.milena.metadata.MetadataRecord.BrokerStopBegun;
import dev.milena.metadata.MetadataRecord.BrokerUnfenced;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataRecord.PartitionsAdded;
import dev.milena.metadata.MetadataRecord.TopicConfigsChanged;
import dev.milena.metadata.MetadataRecord.TopicCreated;
import dev.milena.metadata.MetadataRecord.TopicDeleted;
import dev.milena.metadata.MetadataRecord.VotersNoted;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Folds the records of one entry into one new image, and notes what they touched. */
final class ImageBuilder {
  private final ClusterImage before;
  private TreePMap<TopicId, TopicImage> topics;
  private TreePMap<String, TopicId> topicIds;
  private TreePMap<String, String> similarNames;
  private TreePMap<Integer, BrokerImage> brokers;
  private final LoadChanges loads = new LoadChanges();
  private int partitionCount;
  private VotersImage voters;
  private ClusterCounts counts;

  /** The topic whose partitions change, one record after another; put back when another's do. */
  private Optional<Open> open = Optional.empty();

  private final TreeMap<TopicId, Touched> touchedTopics = new TreeMap<>();
  private final TreeSet<Integer> touchedBrokers = new TreeSet<>();

  /**
   * A topic and its partitions as they are by now: one list for all changes that follow each other.
   */
  private record Open(TopicImage topic, List<PartitionImage> partitions, Touched touched) {
    TopicImage image() {
      return topic.with(topic.configs(), partitions);
    }
  }

  /** What one topic went through. */
  private static final class Touched {
    final String name;
    TopicDelta.Kind kind;
    boolean configs;
    final BitSet partitions = new BitSet();

    Touched(String name, TopicDelta.Kind kind) {
      this.name = name;
      this.kind = kind;
    }

    TopicDelta delta(TopicId id) {
      return new TopicDelta(id, name, kind, configs, partitions.stream().boxed().toList());
    }
  }

  ImageBuilder(ClusterImage before) {
    this.before = before;
    topics = before.topics();
    topicIds = before.topicIds();
    similarNames = before.similarNames();
    brokers = before.brokers();
    partitionCount = before.partitionCount();
    voters = before.voters();
    counts = before.counts();
  }

  void fold(MetadataRecord record) {
    switch (record) {
      case TopicCreated created -> create(created);
      case PartitionsAdded added -> add(added);
      case TopicConfigsChanged changed -> configure(changed);
      case TopicDeleted deleted -> delete(deleted.id());
      case PartitionChanged changed -> change(changed);
      case MetadataRecord.UncleanLeaderElected _ ->
          counts = counts.withUncleanElections(counts.uncleanElections() + 1);
      case BrokerRegistered registered -> put(registered.broker());
      case BrokerFenced fenced -> {
        BrokerImage broker = known(fenced.brokerId());
        put(broker.with(broker.standing().fence(), fenced.brokerEpoch()));
      }
      case BrokerUnfenced unfenced -> {
        BrokerImage broker = known(unfenced.brokerId());
        put(broker.with(broker.standing().unfence(unfenced.upMs()), unfenced.brokerEpoch()));
      }
      case BrokerStopBegun begun -> {
        BrokerImage broker = known(begun.brokerId());
        put(broker.with(broker.standing().stop(), begun.brokerEpoch()));
      }
      case MetadataRecord.BrokerDrainChanged(int id, long epoch, boolean draining) -> {
        BrokerImage broker = known(id);
        put(broker.with(broker.standing().drain(draining), epoch));
      }
      case BrokerRemoved removed -> {
        brokers = brokers.minus(known(removed.brokerId()).id());
        touchedBrokers.add(removed.brokerId());
      }
      case VotersNoted noted -> voters = noted.voters();
      case MetadataRecord.ProducerIdsAllocated allocated -> {
        boolean forwards = allocated.next() >= counts.nextProducerId();
        require(forwards, "producer ids go back", allocated.next());
        counts = counts.withNextProducerId(allocated.next());
      }
    }
  }

  ClusterImage.Folded build() {
    putBack();
    TreePMap<TopicId, TopicDelta> changedTopics = TreePMap.empty();
    for (var entry : touchedTopics.entrySet()) {
      changedTopics = changedTopics.plus(entry.getKey(), entry.getValue().delta(entry.getKey()));
    }
    return new ClusterImage.Folded(
        new ClusterImage(
            before.featureLevel(),
            topics,
            topicIds,
            similarNames,
            brokers,
            loads.appliedTo(before.loads()),
            partitionCount,
            voters,
            counts),
        new ImageDelta(
            changedTopics, TreePSet.from(touchedBrokers), !voters.equals(before.voters())));
  }

  private void create(TopicCreated created) {
    require(!topics.containsKey(created.id()), "topic id exists", created.id());
    require(!topicIds.containsKey(created.name()), "topic name exists", created.name());
    for (int i = 0; i < created.partitions().size(); i++) {
      require(created.partitions().get(i).partition() == i, "partition out of order", created.id());
    }
    TopicImage topic =
        TopicImage.created(
            created.id(),
            created.name(),
            created.defaultMinInsync(),
            created.configs(),
            created.partitions());
    topics = topics.plus(topic.id(), topic);
    topicIds = topicIds.plus(topic.name(), topic.id());
    similarNames = similarNames.plus(TopicNames.collisionKey(topic.name()), topic.name());
    partitionCount += topic.partitionCount();
    Touched touched = new Touched(topic.name(), TopicDelta.Kind.CREATED);
    touched.configs = true;
    created.partitions().forEach(loads::add);
    created.partitions().forEach(partition -> touched.partitions.set(partition.partition()));
    touchedTopics.put(topic.id(), touched);
  }

  private void add(PartitionsAdded added) {
    TopicImage topic = known(added.id());
    Touched touched = touch(topic);
    List<PartitionImage> partitions = new ArrayList<>(topic.partitions());
    for (PartitionImage partition : added.partitions()) {
      require(partition.partition() == partitions.size(), "partition out of order", added.id());
      partitions.add(partition);
      touched.partitions.set(partition.partition());
    }
    added.partitions().forEach(loads::add);
    partitionCount += added.partitions().size();
    put(topic, topic.configs(), partitions);
  }

  private void configure(TopicConfigsChanged changed) {
    TopicImage topic = known(changed.id());
    put(
        topic,
        topic.configs().minusAll(changed.deleted()).plusAll(changed.set()),
        topic.partitions());
    touch(topic).configs = true;
  }

  private void delete(TopicId id) {
    TopicImage topic = known(id);
    topics = topics.minus(id);
    topicIds = topicIds.minus(topic.name());
    similarNames = similarNames.minus(TopicNames.collisionKey(topic.name()));
    partitionCount -= topic.partitionCount();
    Touched touched = touch(topic);
    touched.kind = TopicDelta.Kind.DELETED;
    touched.configs = true;
    topic.partitions().forEach(loads::take);
    topic.partitions().forEach(partition -> touched.partitions.set(partition.partition()));
  }

  private void change(PartitionChanged changed) {
    Open topic =
        open.filter(same -> same.topic().id().equals(changed.id()))
            .orElseGet(() -> open(known(changed.id())));
    PartitionImage now = changed.partition();
    require(now.partition() < topic.partitions().size(), "no such partition", changed.id());
    PartitionImage before = topic.partitions().set(now.partition(), now);
    if (!before.settledReplicas().equals(now.settledReplicas())) {
      loads.take(before);
      loads.add(now);
    }
    topic.touched().partitions.set(now.partition());
  }

  private Open open(TopicImage topic) {
    Open now = new Open(topic, new ArrayList<>(topic.partitions()), touch(topic));
    open = Optional.of(now);
    return now;
  }

  private void put(
      TopicImage topic, TreePMap<String, String> configs, List<PartitionImage> partitions) {
    topics = topics.plus(topic.id(), topic.with(configs, partitions));
  }

  private void putBack() {
    open.ifPresent(changed -> topics = topics.plus(changed.topic().id(), changed.image()));
    open = Optional.empty();
  }

  private void put(BrokerImage broker) {
    brokers = brokers.plus(broker.id(), broker);
    touchedBrokers.add(broker.id());
  }

  private BrokerImage known(int brokerId) {
    BrokerImage broker = brokers.get(brokerId);
    if (broker == null) {
      throw new IllegalStateException(
          "a record is about broker " + brokerId + ", which is unknown");
    }
    return broker;
  }

  private TopicImage known(TopicId id) {
    putBack();
    TopicImage topic = topics.get(id);
    if (topic == null) {
      throw new IllegalStateException("a record is about topic " + id + ", which is unknown");
    }
    return topic;
  }

  private Touched touch(TopicImage topic) {
    return touchedTopics.computeIfAbsent(
        topic.id(), id -> new Touched(topic.name(), TopicDelta.Kind.CHANGED));
  }

  private static void require(boolean fits, String what, Object about) {
    if (!fits) {
      throw new IllegalStateException("a record does not fit the image: " + what + ": " + about);
    }
  }
}
