package dev.milena.metadata.codec;

import dev.milena.metadata.AnsweredRequests.Answered;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicDelta;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.VotersImage;
import dev.milena.proto.peer.v1.AnsweredRow;
import dev.milena.proto.peer.v1.StateRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * The replicated state as sorted rows: a row for each topic, partition, broker and answered
 * request, one for the voters once they are noted, and one for the rest. A step writes the rows it
 * touches; {@link RowReader} reads all of them back.
 */
public final class RowCodec {
  static final byte STATE = 1;
  static final byte TOPIC = 2;
  static final byte PARTITION = 3;
  static final byte BROKER = 4;
  static final byte ANSWERED = 5;
  static final byte VOTERS = 6;

  private RowCodec() {}

  /**
   * The rows that lie between two states.
   *
   * @param delta how the image of {@code after} differs from that of {@code before}
   */
  public static List<RowChange> changes(
      MetadataState before, MetadataState after, ImageDelta delta) {
    List<RowChange> changes = new ArrayList<>();
    add(changes, stateKey(), Optional.of(state(before)), Optional.of(state(after)));
    for (TopicDelta topic : delta.topics().values()) {
      topicChanges(changes, before, after, topic);
    }
    for (int brokerId : delta.brokers()) {
      add(
          changes,
          brokerKey(brokerId),
          before.image().broker(brokerId).map(RowCodec::broker),
          after.image().broker(brokerId).map(RowCodec::broker));
    }
    if (delta.voters()) {
      add(changes, new byte[] {VOTERS}, voters(before.image()), voters(after.image()));
    }
    answeredChanges(changes, before.answered().byIndex(), after.answered().byIndex());
    return changes;
  }

  /** The hash of the empty state's only row; the sum of a store's rows begins with it. */
  public static RowChange firstRow() {
    return stateRow(MetadataState.EMPTY);
  }

  /** The row of what belongs to no topic and no broker, as one that was not there before. */
  public static RowChange stateRow(MetadataState state) {
    return new RowChange(stateKey(), Optional.empty(), Optional.of(state(state)));
  }

  private static void topicChanges(
      List<RowChange> changes, MetadataState before, MetadataState after, TopicDelta delta) {
    Optional<TopicImage> old = before.image().topic(delta.id());
    Optional<TopicImage> now = after.image().topic(delta.id());
    add(changes, topicKey(delta.id()), old.map(RowCodec::topic), now.map(RowCodec::topic));
    for (int partition : delta.partitions()) {
      add(
          changes,
          partitionKey(new PartitionId(delta.id(), partition)),
          old.flatMap(topic -> topic.partition(partition)).map(PartitionBytes::row),
          now.flatMap(topic -> topic.partition(partition)).map(PartitionBytes::row));
    }
  }

  /** Answers are only ever added at the end and dropped at the front. */
  private static void answeredChanges(
      List<RowChange> changes, TreePMap<Long, Answered> before, TreePMap<Long, Answered> after) {
    for (var entry : before.entrySet()) {
      if (!after.isEmpty() && entry.getKey() >= after.firstKey()) {
        break;
      }
      add(
          changes,
          answeredKey(entry.getKey()),
          Optional.of(answered(entry.getValue())),
          Optional.empty());
    }
    for (var entry : after.descendingMap().entrySet()) {
      if (!before.isEmpty() && entry.getKey() <= before.lastKey()) {
        break;
      }
      add(
          changes,
          answeredKey(entry.getKey()),
          Optional.empty(),
          Optional.of(answered(entry.getValue())));
    }
  }

  private static void add(
      List<RowChange> changes, byte[] key, Optional<byte[]> before, Optional<byte[]> after) {
    boolean same =
        before.isPresent() == after.isPresent()
            && (before.isEmpty() || Arrays.equals(before.get(), after.get()));
    if (!same) {
      changes.add(new RowChange(key, before, after));
    }
  }

  private static byte[] stateKey() {
    return new byte[] {STATE};
  }

  private static byte[] topicKey(TopicId id) {
    return ByteBuffer.allocate(17).put(TOPIC).putLong(id.high()).putLong(id.low()).array();
  }

  private static byte[] partitionKey(PartitionId id) {
    return ByteBuffer.allocate(21)
        .put(PARTITION)
        .putLong(id.topicId().high())
        .putLong(id.topicId().low())
        .putInt(id.partition())
        .array();
  }

  private static byte[] brokerKey(int brokerId) {
    return ByteBuffer.allocate(5).put(BROKER).putInt(brokerId).array();
  }

  private static byte[] answeredKey(long index) {
    return ByteBuffer.allocate(9).put(ANSWERED).putLong(index).array();
  }

  private static byte[] state(MetadataState state) {
    return StateRow.newBuilder()
        .setFeatureLevel(state.image().featureLevel())
        .setTimeMs(state.timeMs())
        .setNextProducerId(state.image().nextProducerId())
        .setUncleanElections(state.image().uncleanElections())
        .build()
        .toByteArray();
  }

  private static byte[] topic(TopicImage topic) {
    return ImageMessages.of(
            topic.id(),
            topic.name(),
            topic.defaultMinInsync(),
            topic.configs(),
            topic.partitionCount())
        .toBuilder()
        .setAcksBeforeFlush(topic.acksBeforeFlush())
        .build()
        .toByteArray();
  }

  private static byte[] broker(BrokerImage broker) {
    return BrokerMessages.of(broker).toByteArray();
  }

  /** Nothing before the first note: so states from before there were notes are as they were. */
  private static Optional<byte[]> voters(ClusterImage image) {
    return image.voters().equals(VotersImage.NONE)
        ? Optional.empty()
        : Optional.of(VoterMessages.of(image.voters()).toByteArray());
  }

  private static byte[] answered(Answered answered) {
    return AnsweredRow.newBuilder()
        .setRequestId(IdBytes.of(answered.requestId()))
        .setTimeMs(answered.timeMs())
        .setReply(AnswerCodec.of(answered.reply()))
        .build()
        .toByteArray();
  }
}
