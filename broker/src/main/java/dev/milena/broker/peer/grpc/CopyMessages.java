package dev.milena.broker.peer.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.KnownProducers;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.proto.peer.v1.Agreed;
import dev.milena.proto.peer.v1.Batches;
import dev.milena.proto.peer.v1.Follow;
import dev.milena.proto.peer.v1.Leave;
import dev.milena.proto.peer.v1.Piece;
import dev.milena.proto.peer.v1.ProducerBatch;
import dev.milena.proto.peer.v1.Producers;
import dev.milena.proto.peer.v1.Refused;
import dev.milena.proto.peer.v1.Report;
import dev.milena.proto.peer.v1.Standing;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.LogEnds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Words of replication as messages, and back. */
final class CopyMessages {
  private static final int ID_BYTES = 16;

  private CopyMessages() {}

  /** A message that is no word. */
  static final class NoWord extends Exception {
    private static final long serialVersionUID = 1L;

    private NoWord(String what) {
      super(what, null, true, false);
    }
  }

  static dev.milena.proto.peer.v1.FollowerWord of(FollowerWord word) {
    var message =
        dev.milena.proto.peer.v1.FollowerWord.newBuilder()
            .setTopicId(bytes(word.id().topicId()))
            .setPartition(word.id().partition())
            .setLeaderEpoch(word.leaderEpoch());
    switch (word) {
      case FollowerWord.Follow follow ->
          message.setFollow(
              Follow.newBuilder()
                  .setFrom(follow.from())
                  .setLastEpoch(follow.lastEpoch())
                  .setCreditBytes(follow.creditBytes()));
      case FollowerWord.Report(PartitionId _, int _, LogEnds ends) ->
          message.setReport(
              Report.newBuilder().setLogEnd(ends.logEnd()).setFlushedEnd(ends.flushedEnd()));
      case FollowerWord.Credit(PartitionId _, int _, int bytes) -> message.setCreditBytes(bytes);
      case FollowerWord.Lack(PartitionId _, int _, long offset) -> message.setLack(offset);
      case FollowerWord.Leave _ -> message.setLeave(Leave.getDefaultInstance());
    }
    return message.build();
  }

  static FollowerWord read(dev.milena.proto.peer.v1.FollowerWord message) throws NoWord {
    PartitionId id = id(message.getTopicId(), message.getPartition());
    int epoch = message.getLeaderEpoch();
    return switch (message.getWordCase()) {
      case FOLLOW -> {
        Follow follow = message.getFollow();
        yield new FollowerWord.Follow(
            id,
            epoch,
            atLeast(0, follow.getFrom(), "from"),
            (int) atLeast(-1, follow.getLastEpoch(), "last_epoch"),
            (int) atLeast(1, follow.getCreditBytes(), "credit_bytes"));
      }
      case REPORT -> {
        long flushed = atLeast(0, message.getReport().getFlushedEnd(), "flushed_end");
        long end = atLeast(flushed, message.getReport().getLogEnd(), "log_end");
        yield new FollowerWord.Report(id, epoch, new LogEnds(end, flushed));
      }
      case CREDIT_BYTES ->
          new FollowerWord.Credit(
              id, epoch, (int) atLeast(1, message.getCreditBytes(), "credit_bytes"));
      case LACK -> new FollowerWord.Lack(id, epoch, atLeast(0, message.getLack(), "lack"));
      case LEAVE -> new FollowerWord.Leave(id, epoch);
      case WORD_NOT_SET -> throw new NoWord("a word that this release does not know");
    };
  }

  /** Shares the bytes of batches, which must stay as they are until the message is written. */
  static dev.milena.proto.peer.v1.LeaderWord of(LeaderWord word) {
    var message =
        dev.milena.proto.peer.v1.LeaderWord.newBuilder()
            .setTopicId(bytes(word.id().topicId()))
            .setPartition(word.id().partition())
            .setLeaderEpoch(word.leaderEpoch());
    switch (word) {
      case LeaderWord.Answer(PartitionId _, int _, long from, FollowAnswer answer) ->
          message.setAnswer(of(from, answer));
      case LeaderWord.Producers(PartitionId _, int _, var batches) ->
          message.setProducers(of(batches));
      case LeaderWord.Piece(PartitionId _, int _, long offset, var batch) -> {
        Piece.Builder piece = Piece.newBuilder().setOffset(offset);
        batch.ifPresent(bytes -> piece.setBatch(UnsafeByteOperations.unsafeWrap(bytes)));
        message.setPiece(piece);
      }
      case LeaderWord.Batches(
              PartitionId _,
              int _,
              ByteBuffer batches,
              LeaderWord.Standing standing) ->
          message.setBatches(
              Batches.newBuilder()
                  .setBatches(UnsafeByteOperations.unsafeWrap(batches))
                  .setStanding(of(standing)));
      case LeaderWord.Progress(PartitionId _, int _, LeaderWord.Standing standing) ->
          message.setProgress(of(standing));
    }
    return message.build();
  }

  static LeaderWord read(dev.milena.proto.peer.v1.LeaderWord message) throws NoWord {
    PartitionId id = id(message.getTopicId(), message.getPartition());
    int epoch = message.getLeaderEpoch();
    return switch (message.getWordCase()) {
      case ANSWER ->
          new LeaderWord.Answer(
              id, epoch, message.getAnswer().getFrom(), read(message.getAnswer()));
      case BATCHES ->
          new LeaderWord.Batches(
              id,
              epoch,
              message.getBatches().getBatches().asReadOnlyByteBuffer(),
              read(message.getBatches().getStanding()));
      case PRODUCERS -> new LeaderWord.Producers(id, epoch, read(message.getProducers()));
      case PIECE ->
          new LeaderWord.Piece(
              id,
              epoch,
              message.getPiece().getOffset(),
              Optional.of(message.getPiece().getBatch().asReadOnlyByteBuffer())
                  .filter(ByteBuffer::hasRemaining));
      case PROGRESS -> new LeaderWord.Progress(id, epoch, read(message.getProgress()));
      case WORD_NOT_SET -> throw new NoWord("a word that this release does not know");
    };
  }

  private static dev.milena.proto.peer.v1.FollowAnswer of(long from, FollowAnswer answer) {
    var message = dev.milena.proto.peer.v1.FollowAnswer.newBuilder().setFrom(from);
    switch (answer) {
      case FollowAnswer.Agreed() -> message.setAgreed(Agreed.getDefaultInstance());
      case FollowAnswer.Diverged(EpochReach leaders) ->
          message.setDiverged(
              dev.milena.proto.peer.v1.EpochReach.newBuilder()
                  .setEpoch(leaders.epoch())
                  .setEnd(leaders.end()));
      case FollowAnswer.BelowStart(long logStart) -> message.setBelowStart(logStart);
      case FollowAnswer.Refused() -> message.setRefused(Refused.getDefaultInstance());
    }
    return message.build();
  }

  private static FollowAnswer read(dev.milena.proto.peer.v1.FollowAnswer message) throws NoWord {
    return switch (message.getAnswerCase()) {
      case AGREED -> new FollowAnswer.Agreed();
      case DIVERGED ->
          new FollowAnswer.Diverged(
              new EpochReach(
                  (int) atLeast(0, message.getDiverged().getEpoch(), "epoch"),
                  atLeast(0, message.getDiverged().getEnd(), "end")));
      case BELOW_START ->
          new FollowAnswer.BelowStart(atLeast(0, message.getBelowStart(), "below_start"));
      case REFUSED -> new FollowAnswer.Refused();
      case ANSWER_NOT_SET -> throw new NoWord("an answer that this release does not know");
    };
  }

  private static Producers of(List<KnownProducers.Batch> batches) {
    Producers.Builder message = Producers.newBuilder();
    for (KnownProducers.Batch batch : batches) {
      message.addBatches(
          ProducerBatch.newBuilder()
              .setProducerId(batch.producerId())
              .setEpoch(batch.epoch())
              .setFirstSequence(batch.firstSequence())
              .setLastSequence(batch.lastSequence())
              .setBaseOffset(batch.baseOffset())
              .setAppendedMs(batch.appendedMs()));
    }
    return message.build();
  }

  private static List<KnownProducers.Batch> read(Producers message) throws NoWord {
    List<KnownProducers.Batch> batches = new ArrayList<>(message.getBatchesCount());
    for (ProducerBatch batch : message.getBatchesList()) {
      batches.add(
          new KnownProducers.Batch(
              atLeast(0, batch.getProducerId(), "producer_id"),
              (short) atLeast(0, batch.getEpoch(), "epoch"),
              (int) atLeast(0, batch.getFirstSequence(), "first_sequence"),
              (int) atLeast(0, batch.getLastSequence(), "last_sequence"),
              atLeast(0, batch.getBaseOffset(), "base_offset"),
              batch.getAppendedMs()));
    }
    return batches;
  }

  private static Standing of(LeaderWord.Standing standing) {
    return Standing.newBuilder()
        .setHighWatermark(standing.highWatermark())
        .setLogStart(standing.logStart())
        .build();
  }

  private static LeaderWord.Standing read(Standing message) throws NoWord {
    return new LeaderWord.Standing(
        atLeast(0, message.getHighWatermark(), "high_watermark"),
        atLeast(0, message.getLogStart(), "log_start"));
  }

  private static ByteString bytes(TopicId id) {
    ByteBuffer bytes = ByteBuffer.allocate(ID_BYTES).putLong(id.high()).putLong(id.low()).flip();
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static PartitionId id(ByteString topic, int partition) throws NoWord {
    if (topic.size() != ID_BYTES || partition < 0) {
      throw new NoWord(
          "a topic's id has %s bytes and a partition counts from 0, got %s and %s"
              .formatted(ID_BYTES, topic.size(), partition));
    }
    ByteBuffer bytes = topic.asReadOnlyByteBuffer();
    return new PartitionId(new TopicId(bytes.getLong(), bytes.getLong()), partition);
  }

  private static long atLeast(long least, long given, String field) throws NoWord {
    if (given < least) {
      throw new NoWord("%s is %s, at least %s".formatted(field, given, least));
    }
    return given;
  }
}
