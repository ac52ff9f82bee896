package dev.milena.broker.core.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.LogEnds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaLinkTest {
  private static final int LEADER = 7;
  private static final PartitionId ID = new PartitionId(new TopicId(1, 2), 0);
  private static final FollowerWord REPORT = new FollowerWord.Report(ID, 3, new LogEnds(10, 10));
  private static final LeaderWord ANSWER =
      new LeaderWord.Answer(ID, 3, 0, new FollowAnswer.Refused());

  private final List<Scripted> dialled = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<Runnable> pauses = new ArrayList<>();
  private final ReplicaLinks links =
      new ReplicaLinks(
          (leader, ear) -> {
            assertEquals(LEADER, leader);
            Scripted stream = new Scripted(ear);
            dialled.add(stream);
            return stream;
          },
          (delayMs, run) -> {
            events.add("pause " + delayMs);
            pauses.add(run);
          });

  ReplicaLinkTest() {
    links.begin(
        new ReplicaLinks.Followers() {
          @Override
          public void heard(int leader, LeaderWord word) {
            events.add("heard " + leader);
          }

          @Override
          public void askAgain(int leader) {
            events.add("ask again " + leader);
          }
        });
  }

  /** A stream that does what the test says. */
  private static final class Scripted implements LeaderDialer.Stream {
    private final LeaderDialer.Ear ear;
    private final List<FollowerWord> sent = new ArrayList<>();
    private boolean ready = true;
    private String cancelled = "";

    Scripted(LeaderDialer.Ear ear) {
      this.ear = ear;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void send(List<FollowerWord> words) {
      sent.addAll(words);
    }

    @Override
    public void cancel(String why) {
      cancelled = why;
    }
  }

  private void say(FollowerWord word) {
    links.say(LEADER, word);
    links.flush();
  }

  private void pauseIsOver() {
    pauses.removeFirst().run();
  }

  @Test
  void oneStreamIsOpenedForAllThatIsSaid() {
    say(REPORT);
    say(REPORT);

    assertEquals(1, dialled.size());
    assertEquals(List.of(REPORT, REPORT), dialled.getFirst().sent);
  }

  @Test
  void whatAStreamDoesNotTakeWaitsForItOnce() {
    say(REPORT);
    Scripted stream = dialled.getFirst();
    stream.ready = false;
    say(REPORT);
    say(REPORT);
    assertEquals(1, stream.sent.size());

    stream.ready = true;
    stream.ear.ready();

    assertEquals(2, stream.sent.size());
  }

  @Test
  void afterAPauseWhoFollowsAsksAgainAndWhatWasSaidMeanwhileIsDropped() {
    say(REPORT);
    dialled.getFirst().ear.ended("reset");
    say(REPORT);
    assertEquals(1, dialled.size());

    pauseIsOver();
    assertEquals(List.of("pause 20", "ask again 7"), events);
    links.flush();
    assertEquals(1, dialled.size(), "nothing to say, nobody to call");
    say(REPORT);

    assertEquals(2, dialled.size());
    assertEquals(List.of(REPORT), dialled.getLast().sent);
  }

  @Test
  void pausesDoubleUpToASecondUntilTheLeaderSaysSomething() {
    for (int i = 0; i < 8; i++) {
      say(REPORT);
      dialled.getLast().ear.ended("refused");
      pauseIsOver();
    }
    assertEquals(
        List.of(20, 40, 80, 160, 320, 640, 1_000, 1_000).stream().map(ms -> "pause " + ms).toList(),
        events.stream().filter(event -> event.startsWith("pause")).toList());

    say(REPORT);
    dialled.getLast().ear.heard(ANSWER);
    dialled.getLast().ear.ended("reset");

    assertEquals("pause 20", events.getLast());
  }

  @Test
  void aStreamThatHasEndedIsNotHeardToEndAgain() {
    say(REPORT);
    LeaderDialer.Ear first = dialled.getFirst().ear;
    first.ended("reset");
    pauseIsOver();
    say(REPORT);

    first.ended("late");
    say(REPORT);

    assertEquals(2, dialled.size());
    assertEquals(2, dialled.getLast().sent.size());
  }

  @Test
  void aStopEndsTheStreamAndDialsNobody() {
    say(REPORT);

    links.close();
    say(REPORT);

    assertTrue(dialled.getFirst().cancelled.contains("stopping"));
    assertEquals(1, dialled.size());
    assertEquals(1, dialled.getFirst().sent.size());
  }
}
