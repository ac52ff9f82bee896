package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.metadata.PartitionId;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another replica lacks a batch, and asks for it. */
class AskedBatchesTest extends ThreeBrokers {
  private final List<LeaderWord.Piece> heard = new ArrayList<>();
  private final FollowerSession asker;
  private boolean full;

  AskedBatchesTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 1, 1, 2, 3);
    write(1, SampleBatches.of(clock.wallMs(), "a"));
    asker = broker(1).copies().opened(3, tokenHash(3), new Asking()).orElseThrow();
  }

  private final class Asking implements FollowerSession.Stream {
    @Override
    public boolean isReady() {
      return !full;
    }

    @Override
    public void send(List<LeaderWord> words) {
      for (LeaderWord word : words) {
        if (word instanceof LeaderWord.Piece piece) {
          heard.add(piece);
        }
      }
    }

    @Override
    public void end(String why) {
      full = true;
    }
  }

  private void ask(long offset) {
    PartitionId id =
        new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), LOGS.partition());
    broker(1).copies().heard(asker, new FollowerWord.Lack(id, row().leaderEpoch(), offset));
    settle();
  }

  @Test
  void whoFindsNoRoomInItsStreamIsAnsweredWhenThereIs() {
    full = true;
    ask(0);
    assertEquals(List.of(), heard);

    full = false;
    asker.ready();
    settle();

    assertEquals(1, heard.size());
    assertTrue(heard.getFirst().batch().isPresent());
  }

  @Test
  void roomIsGivenBackWhateverTheAnswer() {
    for (int i = 0; i < 10; i++) {
      ask(0);
      ask(100);
    }

    assertEquals(20, heard.size());
    assertEquals(10, heard.stream().filter(piece -> piece.batch().isPresent()).count());
  }

  @Test
  void whoHasGoneIsForgotten() {
    full = true;
    ask(0);
    broker(1).copies().ended(asker);
    settle();
    full = false;

    asker.ready();
    settle();

    assertEquals(List.of(), heard);
  }
}
