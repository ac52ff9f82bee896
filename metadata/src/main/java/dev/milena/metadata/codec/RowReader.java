package dev.milena.metadata.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.metadata.AnsweredRequests;
import dev.milena.metadata.AnsweredRequests.Answered;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.peer.v1.AnsweredRow;
import dev.milena.proto.peer.v1.BrokerRow;
import dev.milena.proto.peer.v1.PartitionRow;
import dev.milena.proto.peer.v1.StateRow;
import dev.milena.proto.peer.v1.TopicRow;
import dev.milena.proto.peer.v1.VotersRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Makes the replicated state of its rows again, and their hash; feed it all rows, then ask. */
public final class RowReader {
  private StateRow state = StateRow.getDefaultInstance();
  private final TreeMap<TopicId, TopicRow> topics = new TreeMap<>();
  private final TreeMap<TopicId, List<PartitionImage>> partitions = new TreeMap<>();
  private final List<MetadataRecord> records = new ArrayList<>();
  private AnsweredRequests answered = AnsweredRequests.NONE;
  private long hash;

  /** Takes one row; rows come in the order of their keys. */
  public void add(byte[] key, byte[] value) throws UnreadableMetadata {
    hash += RowHash.ofRow(key, value);
    ByteBuffer rest = ByteBuffer.wrap(key);
    byte kind = rest.get();
    try {
      switch (kind) {
        case RowCodec.STATE -> state = StateRow.parseFrom(value);
        case RowCodec.TOPIC -> {
          TopicRow topic = TopicRow.parseFrom(value);
          topics.put(IdBytes.topic(topic.getId()), topic);
        }
        case RowCodec.PARTITION ->
            partitions
                .computeIfAbsent(
                    new TopicId(rest.getLong(), rest.getLong()), id -> new ArrayList<>())
                .add(ImageMessages.partition(PartitionRow.parseFrom(value)));
        case RowCodec.BROKER ->
            records.add(
                new MetadataRecord.BrokerRegistered(
                    BrokerMessages.broker(BrokerRow.parseFrom(value))));
        case RowCodec.VOTERS ->
            records.add(
                new MetadataRecord.VotersNoted(
                    VoterMessages.image(VotersRow.parseFrom(value)), List.of(), List.of()));
        case RowCodec.ANSWERED -> answered = answered.put(rest.getLong(), answer(value));
        default -> throw new UnreadableMetadata("a row of the unknown kind " + kind);
      }
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableMetadata("a row of kind " + kind + " is damaged", damaged);
    }
  }

  /** The sum of the hashes of the rows so far. */
  public long hash() {
    return hash;
  }

  /** The state that the rows hold; the image is folded of them as it would be of records. */
  public MetadataState state() throws UnreadableMetadata {
    List<MetadataRecord> all = new ArrayList<>(records);
    for (var entry : topics.entrySet()) {
      TopicImage topic =
          ImageMessages.topic(entry.getValue(), partitions.getOrDefault(entry.getKey(), List.of()));
      all.add(
          new MetadataRecord.TopicCreated(
              topic.id(),
              topic.name(),
              topic.defaultMinInsync(),
              topic.configs(),
              topic.partitions()));
    }
    all.add(new MetadataRecord.ProducerIdsAllocated(state.getNextProducerId()));
    ClusterImage folded = ClusterImage.EMPTY.with(all).image();
    if (folded.featureLevel() != state.getFeatureLevel()) {
      throw new UnreadableMetadata(
          "the metadata is of feature level %s, this release knows %s; start a newer release"
              .formatted(state.getFeatureLevel(), folded.featureLevel()));
    }
    return new MetadataState(
        folded.withUncleanElections(state.getUncleanElections()), answered, state.getTimeMs());
  }

  private static Answered answer(byte[] value)
      throws InvalidProtocolBufferException, UnreadableMetadata {
    AnsweredRow row = AnsweredRow.parseFrom(value);
    return new Answered(
        IdBytes.request(row.getRequestId()), row.getTimeMs(), AnswerCodec.reply(row.getReply()));
  }
}
