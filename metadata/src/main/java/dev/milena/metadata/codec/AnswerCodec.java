package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.MetadataReply.BrokerReply;
import dev.milena.metadata.MetadataReply.DoneReply;
import dev.milena.metadata.MetadataReply.ElectionReply;
import dev.milena.metadata.MetadataReply.IsrReply;
import dev.milena.metadata.MetadataReply.ReassignmentReply;
import dev.milena.metadata.MetadataReply.StopReply;
import dev.milena.metadata.MetadataReply.TopicReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.proto.peer.v1.Answer;
import dev.milena.proto.peer.v1.Refusal;
import dev.milena.proto.peer.v1.Reply;
import java.nio.ByteBuffer;
import java.util.List;

/** The quorum's answers as bytes, on their way back to whoever submitted. */
public final class AnswerCodec {
  private AnswerCodec() {}

  /**
   * A decided or refused command's answer as bytes; a new array.
   *
   * @throws IllegalArgumentException for an answer that the state machine never gives
   */
  public static byte[] encode(QuorumAnswer answer) {
    return switch (answer) {
      case QuorumAnswer.Decided decided ->
          Answer.newBuilder()
              .setIndex(decided.index())
              .setDecided(of(decided.reply()))
              .build()
              .toByteArray();
      case QuorumAnswer.Refused refused ->
          Answer.newBuilder()
              .setIndex(refused.index())
              .setRefused(
                  Refusal.newBuilder()
                      .setReason(refused.refusal().reason().name())
                      .setMessage(refused.refusal().message())
                      .addAllAbout(ImageMessages.pairs(refused.refusal().about())))
              .build()
              .toByteArray();
      case QuorumAnswer.Unavailable unavailable ->
          throw new IllegalArgumentException("only a decision has bytes, got " + unavailable);
      case QuorumAnswer.TimedOut timedOut ->
          throw new IllegalArgumentException("only a decision has bytes, got " + timedOut);
    };
  }

  /** Reads an answer. */
  public static QuorumAnswer decode(ByteBuffer bytes) throws UnreadableMetadata {
    try {
      Answer answer = Answer.parseFrom(ByteString.copyFrom(bytes.duplicate()));
      return switch (answer.getAnswerCase()) {
        case DECIDED -> new QuorumAnswer.Decided(answer.getIndex(), reply(answer.getDecided()));
        case REFUSED ->
            new QuorumAnswer.Refused(
                answer.getIndex(),
                new Decision.Refused(
                    reason(answer.getRefused().getReason()),
                    answer.getRefused().getMessage(),
                    ImageMessages.map(answer.getRefused().getAboutList())));
        case ANSWER_NOT_SET -> throw new UnreadableMetadata("an answer that says nothing");
      };
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableMetadata("not an answer", damaged);
    }
  }

  static Reply of(MetadataReply reply) {
    Reply.Builder message = Reply.newBuilder();
    switch (reply) {
      case TopicReply topic -> message.setTopicId(IdBytes.of(topic.id()));
      case BrokerReply broker -> message.setBrokerEpoch(broker.brokerEpoch());
      case StopReply stopping ->
          message.setStopping(
              dev.milena.proto.peer.v1.StopReply.newBuilder()
                  .setBrokerEpoch(stopping.brokerEpoch())
                  .setLeads(stopping.leads()));
      case ReassignmentReply reassigned ->
          message.setReassigned(
              dev.milena.proto.peer.v1.ReassignmentReply.newBuilder()
                  .setChanged(reassigned.changed())
                  .setUnderWay(reassigned.underWay()));
      case IsrReply changed -> message.setIsrChanged(IsrMessages.of(changed));
      case ElectionReply(int changed, var unclean) when unclean.isEmpty() ->
          message.setElected(changed);
      case ElectionReply(int changed, var unclean) ->
          message.setElection(
              dev.milena.proto.peer.v1.ElectionReply.newBuilder()
                  .setChanged(changed)
                  .addAllUnclean(PartitionMessages.of(unclean)));
      case MetadataReply.ProducerIdsReply ids ->
          message.setProducerIds(
              dev.milena.proto.peer.v1.ProducerIdsReply.newBuilder()
                  .setFirst(ids.first())
                  .setCount(ids.count()));
      case MetadataReply.DrainReply(int changed, int left) ->
          message.setDraining(
              dev.milena.proto.peer.v1.DrainReply.newBuilder().setChanged(changed).setLeft(left));
      case DoneReply done -> message.setDone(true);
    }
    return message.build();
  }

  static MetadataReply reply(Reply message) throws UnreadableMetadata {
    return switch (message.getReplyCase()) {
      case TOPIC_ID -> new TopicReply(IdBytes.topic(message.getTopicId()));
      case BROKER_EPOCH -> new BrokerReply(message.getBrokerEpoch());
      case STOPPING ->
          new StopReply(message.getStopping().getBrokerEpoch(), message.getStopping().getLeads());
      case REASSIGNED ->
          new ReassignmentReply(
              message.getReassigned().getChanged(), message.getReassigned().getUnderWay());
      case ISR_CHANGED -> IsrMessages.reply(message.getIsrChanged());
      case ELECTED -> new ElectionReply(message.getElected(), List.of());
      case ELECTION ->
          new ElectionReply(
              message.getElection().getChanged(),
              PartitionMessages.ids(message.getElection().getUncleanList()));
      case PRODUCER_IDS ->
          new MetadataReply.ProducerIdsReply(
              message.getProducerIds().getFirst(), message.getProducerIds().getCount());
      case DRAINING ->
          new MetadataReply.DrainReply(
              message.getDraining().getChanged(), message.getDraining().getLeft());
      case DONE -> new DoneReply();
      case REPLY_NOT_SET -> throw new UnreadableMetadata("a reply of a newer release");
    };
  }

  private static RefusalReason reason(String word) throws UnreadableMetadata {
    try {
      return RefusalReason.valueOf(word);
    } catch (IllegalArgumentException newer) {
      throw new UnreadableMetadata("a refusal of a newer release: " + word, newer);
    }
  }
}
