package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.metadata.PartitionId;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FlushPolicy;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.LogEnds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A leader believes what a replica of a present run says of its present epoch, and nothing else.
 */
class StrangeFollowersTest extends ThreeBrokers {
  private static final int CREDIT = 1 << 20;

  StrangeFollowersTest() throws IOException {
    super(FlushPolicy.ACK);
  }

  /** The end of somebody who says what the test wants. */
  private static final class Stranger implements FollowerSession.Stream {
    private final List<LeaderWord> heard = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void send(List<LeaderWord> words) {
      heard.addAll(words);
    }

    @Override
    public void end(String why) {
      ended.add(why);
    }
  }

  private final Stranger stranger = new Stranger();
  private int leader = 1;

  private Optional<FollowerSession> open(int as, String tokenHash) {
    return broker(leader).copies().opened(as, tokenHash, stranger);
  }

  private void say(FollowerSession session, FollowerWord word) {
    broker(leader).copies().heard(session, word);
    settle();
  }

  private PartitionId id() {
    return new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), 0);
  }

  private FollowAnswer answerTo(int as, int epoch, long from, int lastEpoch) {
    FollowerSession session = open(as, tokenHash(as)).orElseThrow();
    say(session, new FollowerWord.Follow(id(), epoch, from, lastEpoch, CREDIT));
    return stranger.heard.stream()
        .filter(LeaderWord.Answer.class::isInstance)
        .map(word -> ((LeaderWord.Answer) word).answer())
        .findFirst()
        .orElseThrow();
  }

  private int epoch() {
    return row().leaderEpoch();
  }

  @Test
  void whoShowsNoTokenOfAPresentRunIsNoFollower() throws Exception {
    String before = tokenHash(2);
    killAndFence(2);
    start(2);

    assertEquals(Optional.empty(), open(2, ""), "no token");
    assertEquals(Optional.empty(), open(2, before), "of the run before");
    assertEquals(Optional.empty(), open(2, tokenHash(3)), "another's");
    assertEquals(Optional.empty(), open(4, tokenHash(3)), "of nobody");
    assertTrue(open(2, tokenHash(2)).isPresent());
  }

  @Test
  void aBrokerThatIsNoReplicaIsTurnedAway() {
    create("logs", 1, 1, 2);

    assertEquals(new FollowAnswer.Refused(), answerTo(3, epoch(), 0, -1));
  }

  /** Its words may still be on their way when the machine that said them is up again. */
  @Test
  void whatComesOnAnOlderStreamOfABrokerTakesTheNewersPlaceNoMore() {
    create("logs", 1, 1, 2, 3);
    FollowerSession older = open(3, tokenHash(3)).orElseThrow();
    FollowerSession newer = open(3, tokenHash(3)).orElseThrow();
    assertEquals(List.of("broker 3 has opened another stream"), stranger.ended);
    say(newer, new FollowerWord.Follow(id(), epoch(), 0, -1, CREDIT));

    say(older, new FollowerWord.Follow(id(), epoch(), 0, -1, CREDIT));
    produce(1, Acks.LEADER, SampleBatches.of(1_000, "a"));

    assertEquals(1, stranger.heard.stream().filter(LeaderWord.Batches.class::isInstance).count());
    assertFalse(newer.isEnded());
  }

  @Test
  void whoFollowsAnOlderEpochIsTurnedAway() {
    create("logs", 1, 1, 2, 3);
    killAndFence(1);
    leader = row().leader();
    assertEquals(2, leader);

    assertEquals(new FollowAnswer.Refused(), answerTo(3, epoch() - 1, 0, -1));
  }

  @Test
  void whoKnowsOfANewerEpochWaitsUntilTheLeaderDoes() {
    create("logs", 1, 1, 2, 3);
    FollowerSession session = open(3, tokenHash(3)).orElseThrow();

    say(session, new FollowerWord.Follow(id(), epoch() + 1, 0, -1, CREDIT));

    assertEquals(List.of(), stranger.heard);
  }

  @Test
  void whoHasMoreThanItsLeaderIsToldWhereTheyPart() {
    create("logs", 1, 1, 2, 3);
    write(1, SampleBatches.of(1_000, "a", "b", "c"));

    assertEquals(
        new FollowAnswer.Diverged(new EpochReach(epoch(), 3)), answerTo(3, epoch(), 8, epoch()));
  }

  @Test
  void whatIsReportedWithoutHavingAgreedCountsForNothing() {
    create("logs", 2, 1, 2, 3);
    network.cut(1, 2);
    network.cut(1, 3);
    Answer<List<PartOutcome>> write = send(1, Acks.ALL, SampleBatches.of(1_000, "a"));
    settle();

    for (int as = 2; as <= 3; as++) {
      FollowerSession session = open(as, tokenHash(as)).orElseThrow();
      say(session, new FollowerWord.Report(id(), epoch(), new LogEnds(100, 100)));
    }

    assertFalse(write.isGiven());
  }
}
