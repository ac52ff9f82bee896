package dev.milena.broker.core.serving;

import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.hosting.Assignment;
import dev.milena.broker.core.hosting.FlushBounds;
import dev.milena.broker.core.hosting.KnownBrokers;
import dev.milena.log.LogSettings;
import dev.milena.log.TimestampType;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicConfigKey;
import dev.milena.metadata.TopicDelta;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.TopicSettings;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.FlushPolicy;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows the cluster's image and tells the loops what it wants of this broker.
 *
 * <p>Nothing is hosted before the image knows this very run of the broker: until then it may still
 * name an earlier run as a leader, and one epoch must never be written by two processes (rule 1).
 */
@OwnedBy(Owner.APPLY_THREAD)
public final class ImageFeed implements MetadataFollower {
  private final int self;
  private final TopicDefaults defaults;
  private final PartitionLoops loops;
  private final AppliedIndex applied;
  private final Consumer<? super Throwable> fatal;
  private boolean hosting;

  /** Set once, before the quorum is asked to register it. */
  private volatile IncarnationId incarnation = IncarnationId.NONE;

  /** Set after the loops were told: whoever finds a topic here finds it on its loop too. */
  private volatile ClusterImage image = ClusterImage.EMPTY;

  /**
   * A feed that follows nothing yet.
   *
   * @param self this broker's id
   * @param fatal told when another run took this broker's place
   */
  public ImageFeed(
      int self,
      TopicDefaults defaults,
      PartitionLoops loops,
      AppliedIndex applied,
      Consumer<? super Throwable> fatal) {
    this.self = self;
    this.defaults = defaults;
    this.loops = loops;
    this.applied = applied;
    this.fatal = fatal;
  }

  /** Says which run this is; until the image knows it, nothing is hosted. */
  @OwnedBy(Owner.ANY_THREAD)
  public void become(IncarnationId run) {
    incarnation = run;
  }

  /** The image that the loops act on. */
  @OwnedBy(Owner.ANY_THREAD)
  public ClusterImage image() {
    return image;
  }

  /** The row of this run; nothing while the image knows another run, or none. */
  @OwnedBy(Owner.ANY_THREAD)
  public Optional<BrokerImage> ownRow() {
    return image.broker(self).filter(row -> row.incarnation().equals(incarnation));
  }

  /** The partitions that are to lie here. */
  @OwnedBy(Owner.ANY_THREAD)
  public List<PartitionId> held() {
    return image.topics().values().stream()
        .flatMap(topic ->
            topic.partitions().stream()
                .filter(this::isHere)
                .map(row -> new PartitionId(topic.id(), row.partition())))
        .toList();
  }

  @Override
  public void onApplied(long index, ImageDelta delta, ClusterImage newer) {
    Optional<BrokerImage> row = newer.broker(self);
    boolean known = row.isPresent() && row.get().incarnation().equals(incarnation);
    if (!delta.brokers().isEmpty()) {
      loops.brokersAre(KnownBrokers.in(newer));
    }
    if (known && !hosting) {
      hosting = true;
      newer.topics().values().forEach(topic -> assignAll(topic));
    } else if (known) {
      delta.topics().values().forEach(topic -> assign(topic, newer));
    } else if (hosting) {
      fatal.accept(new PlaceTaken(self));
    }
    image = newer;
    applied.reached(index);
  }

  private void assign(TopicDelta delta, ClusterImage newer) {
    Optional<TopicImage> topic = newer.topic(delta.id());
    if (topic.isPresent() && delta.configsChanged()) {
      assignAll(topic.get());
      return;
    }
    Optional<LogSettings> settings = topic.map(this::settingsOf);
    for (int partition : delta.partitions()) {
      PartitionId id = new PartitionId(delta.id(), partition);
      Optional<PartitionImage> now = newer.partition(id).filter(this::isHere);
      if (topic.isPresent() && now.isPresent()) {
        assign(topic.get(), now.get(), settings.orElseThrow());
      } else if (image.partition(id).filter(this::isHere).isPresent()) {
        loops.loopOf(id).assign(id, new Assignment.Drop(topic.isEmpty()));
      }
    }
  }

  private void assignAll(TopicImage topic) {
    LogSettings settings = settingsOf(topic);
    for (PartitionImage partition : topic.partitions()) {
      if (isHere(partition)) {
        assign(topic, partition, settings);
      }
    }
  }

  private void assign(TopicImage topic, PartitionImage partition, LogSettings settings) {
    PartitionId id = new PartitionId(topic.id(), partition.partition());
    PartitionName name = new PartitionName(topic.name(), partition.partition());
    loops
        .loopOf(id)
        .assign(
            id,
            new Assignment.Hold(
                name,
                factsOf(topic, partition),
                setOf(partition.reassignment().adding()),
                settings,
                flushBoundsOf(topic)));
  }

  private FlushBounds flushBoundsOf(TopicImage topic) {
    return new FlushBounds(
        whole(topic, TopicConfigKey.FLUSH_MS), whole(topic, TopicConfigKey.FLUSH_MESSAGES));
  }

  private long whole(TopicImage topic, TopicConfigKey key) {
    return Long.parseLong(text(topic, key));
  }

  private String text(TopicImage topic, TopicConfigKey key) {
    return TopicSettings.value(key, topic.configs(), defaults.configs());
  }

  private PartitionFacts factsOf(TopicImage topic, PartitionImage partition) {
    return new PartitionFacts(
        partition.leader(),
        partition.leaderEpoch(),
        partition.partitionEpoch(),
        setOf(partition.replicas()),
        setOf(partition.isr()),
        topic.minInsyncReplicas(),
        FlushPolicy.of(text(topic, TopicConfigKey.FLUSH_POLICY)));
  }

  private LogSettings settingsOf(TopicImage topic) {
    TopicSettings settings = TopicSettings.of(topic.configs(), defaults.configs());
    return new LogSettings(
        settings.segmentBytes(),
        settings.segmentMs(),
        new LogSettings.Index(
            settings.indexIntervalBytes(), LogSettings.DEFAULTS.index().maxBytes()),
        new LogSettings.Kept(
            settings.retentionMs(), settings.retentionBytes(), defaults.producerExpirationMs()),
        // max.message.bytes may be 0, which takes nothing; a log wants a bound of at least 1.
        Math.max(1, settings.maxMessageBytes()),
        settings.logAppendTime() ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME);
  }

  private boolean isHere(PartitionImage partition) {
    return partition.replicas().contains(self);
  }

  private static ReplicaSet setOf(List<Integer> ids) {
    return ReplicaSet.of(ids.stream().mapToInt(Integer::intValue).toArray());
  }
}
