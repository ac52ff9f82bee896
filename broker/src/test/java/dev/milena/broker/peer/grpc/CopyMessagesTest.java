package dev.milena.broker.peer.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.KnownProducers;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.proto.peer.v1.Follow;
import dev.milena.proto.peer.v1.Report;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.LogEnds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CopyMessagesTest {
  private static final PartitionId ID = new PartitionId(new TopicId(1, -2), 3);
  private static final LeaderWord.Standing STANDING = new LeaderWord.Standing(40, 2);

  static Stream<FollowerWord> followerWords() {
    return Stream.of(
        new FollowerWord.Follow(ID, 7, 0, -1, 1 << 20),
        new FollowerWord.Follow(ID, 7, 1L << 40, 6, 1),
        new FollowerWord.Report(ID, 7, new LogEnds(12, 9)),
        new FollowerWord.Credit(ID, 7, 5),
        new FollowerWord.Lack(ID, 7, 1L << 40),
        new FollowerWord.Leave(ID, 7));
  }

  @ParameterizedTest
  @MethodSource("followerWords")
  void whatAFollowerSaysIsHeardAsItWasSaid(FollowerWord word) throws Exception {
    assertEquals(word, CopyMessages.read(CopyMessages.of(word)));
  }

  static Stream<LeaderWord> leaderWords() {
    return Stream.concat(
        Stream.of(
                new FollowAnswer.Agreed(),
                new FollowAnswer.Diverged(new EpochReach(4, 90)),
                new FollowAnswer.BelowStart(55),
                new FollowAnswer.Refused())
            .map(answer -> new LeaderWord.Answer(ID, 7, 12, answer)),
        Stream.of(
            new LeaderWord.Progress(ID, 7, STANDING),
            new LeaderWord.Piece(ID, 7, 12, Optional.empty()),
            new LeaderWord.Piece(ID, 7, 12, Optional.of(ByteBuffer.wrap(new byte[] {4, 5}))),
            new LeaderWord.Producers(
                ID,
                7,
                List.of(
                    new KnownProducers.Batch(5, (short) 2, Integer.MAX_VALUE, 3, 1L << 40, 99))),
            new LeaderWord.Batches(ID, 7, ByteBuffer.wrap(new byte[] {1, 2, 3}), STANDING)));
  }

  @ParameterizedTest
  @MethodSource("leaderWords")
  void whatALeaderSaysIsHeardAsItWasSaid(LeaderWord word) throws Exception {
    assertEquals(word, CopyMessages.read(CopyMessages.of(word)));
  }

  private static dev.milena.proto.peer.v1.FollowerWord.Builder message() {
    return dev.milena.proto.peer.v1.FollowerWord.newBuilder()
        .setTopicId(ByteString.copyFrom(new byte[16]))
        .setPartition(1);
  }

  private static void assertNoWord(
      String why, dev.milena.proto.peer.v1.FollowerWord.Builder message) {
    var refused = assertThrows(CopyMessages.NoWord.class, () -> CopyMessages.read(message.build()));
    assertEquals(why, refused.getMessage());
  }

  @Test
  void whatIsNoWordIsRefusedAndNamed() {
    assertNoWord("a word that this release does not know", message());
    assertNoWord(
        "a topic's id has 16 bytes and a partition counts from 0, got 3 and 1",
        message().setTopicId(ByteString.copyFrom(new byte[3])).setCreditBytes(1));
    assertNoWord(
        "a topic's id has 16 bytes and a partition counts from 0, got 16 and -1",
        message().setPartition(-1).setCreditBytes(1));
    assertNoWord("credit_bytes is -5, at least 1", message().setCreditBytes(-5));
    Follow follow = Follow.newBuilder().setLastEpoch(-1).setCreditBytes(1).build();
    assertNoWord("from is -1, at least 0", message().setFollow(follow.toBuilder().setFrom(-1)));
    assertNoWord(
        "last_epoch is -2, at least -1", message().setFollow(follow.toBuilder().setLastEpoch(-2)));
    assertNoWord(
        "credit_bytes is 0, at least 1", message().setFollow(follow.toBuilder().setCreditBytes(0)));
    for (List<Integer> ends : List.of(List.of(5, 6), List.of(-1, 0))) {
      assertNoWord(
          "log_end is %s, at least %s".formatted(ends.get(0), ends.get(1)),
          message()
              .setReport(Report.newBuilder().setLogEnd(ends.get(0)).setFlushedEnd(ends.get(1))));
    }
  }
}
