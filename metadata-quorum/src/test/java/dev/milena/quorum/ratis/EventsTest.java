package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Voter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member tells of leadership, and of comings and goings, and its status beside it. */
class EventsTest {
  @TempDir Path folder;

  /** Writes down what it hears. */
  private static final class Heard implements QuorumEvents {
    final CopyOnWriteArrayList<String> all = new CopyOnWriteArrayList<>();

    /** The terms it led in, each of which began after the last, which ended before. */
    List<Long> termsInOrder() {
      List<Long> terms = new ArrayList<>();
      boolean leads = false;
      for (String one : all) {
        if (one.startsWith("ready ")) {
          long term = Long.parseLong(one.substring(6));
          assertFalse(leads, all.toString());
          assertTrue(terms.isEmpty() || terms.getLast() < term, all.toString());
          terms.add(term);
          leads = true;
        } else if (one.equals("lost")) {
          assertTrue(leads, all.toString());
          leads = false;
        }
      }
      return terms;
    }

    /** Without what was said of leadership, which may change hands at any time. */
    List<String> comingsAndGoings() {
      return all.stream().filter(one -> !one.startsWith("ready ") && !one.equals("lost")).toList();
    }

    long latestTerm() {
      List<Long> terms = termsInOrder();
      return terms.isEmpty() ? 0 : terms.getLast();
    }

    @Override
    public void leaderReady(long term) {
      all.add("ready " + term);
    }

    @Override
    public void leaderLost() {
      all.add("lost");
    }

    @Override
    public void attached() {
      all.add("attached");
    }

    @Override
    public void detached() {
      all.add("detached");
    }

    @Override
    public void votersChanged(List<Voter> voters) {
      all.add("voters " + voters.stream().map(Voter::id).toList());
    }
  }

  @Test
  void leadershipIsSaidOnceATermAndItsEndOnce() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      Heard first = new Heard();
      Heard second = new Heard();
      quorum.start(1, first);
      quorum.start(2, second);
      for (int change = 0; change < 4; change++) {
        long term = Math.max(first.latestTerm(), second.latestTerm());
        TestQuorum.await(
            "a leader after term " + term,
            () -> {
              handOver(quorum);
              return first.latestTerm() > term || second.latestTerm() > term;
            });
      }

      Set<Long> terms = new TreeSet<>(first.termsInOrder());
      for (long term : second.termsInOrder()) {
        assertTrue(terms.add(term), "two led in term " + term);
      }
      assertTrue(terms.size() >= 4, terms.toString());
      quorum.assertNobodyHalted();
    }
  }

  /** On a busy machine the heir may not be elected in time: then the leader goes on in its term. */
  private static void handOver(TestQuorum quorum) {
    try {
      var _ = quorum.leader().handOver(3_000);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Test
  void comingsAndGoingsAreSaidAndHistoryIsNot() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, Members.STEADY)) {
      Heard first = new Heard();
      quorum.start(1, first);
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.addNode(2);
      Heard second = new Heard();
      quorum.start(2, second);
      assertEquals(List.of(), second.all);

      Members.done(quorum.node(1).addVoter(quorum.voter(2), Members.ORIGIN));
      TestQuorum.await("it is attached", () -> second.all.contains("voters [1, 2]"));
      assertEquals(List.of("attached", "voters [1, 2]"), second.comingsAndGoings());
      Members.done(quorum.change(leader -> leader.removeVoter(2, Members.ORIGIN)));
      TestQuorum.await("it is detached", () -> second.all.contains("detached"));

      assertEquals(List.of("attached", "voters [1, 2]", "detached"), second.comingsAndGoings());
      assertEquals("attached", first.comingsAndGoings().getFirst());
      assertEquals("voters [1]", first.comingsAndGoings().getLast());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void theOrderHoldsWhenRatisSaysTheEndBeforeTheBeginning() {
    Heard heard = new Heard();
    MemberEvents events = new MemberEvents(heard);

    events.over(3);
    events.ready(3);
    events.ready(4);
    events.ready(4);
    events.over(5);
    events.over(5);
    events.ready(6);

    assertEquals(List.of("ready 4", "lost", "ready 6"), heard.all);
  }

  @Test
  void aVoterThatALeaderHasNotHeardSinceItLeadsIsNotSaidToBeSilentForLonger() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      for (int id = 1; id <= 3; id++) {
        quorum.awaitStage(id, QuorumStage.VOTER);
      }
      for (int id = 1; id <= 3; id++) {
        quorum.stop(id);
      }
      long begunNanos = System.nanoTime();
      quorum.start(1);
      quorum.start(2);

      QuorumStatus status = quorum.leadersStatus();

      long sinceMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
      VoterProgress.Unheard down =
          assertInstanceOf(VoterProgress.Unheard.class, status.voters().getLast().progress());
      assertTrue(down.leadsMs() <= sinceMs, down + ", begun " + sinceMs + " ms ago");
      // agreed on by both
      Members.bringUpBroker(quorum.leader(), 1);
      for (VoterStatus voter : quorum.leadersStatus().voters().subList(0, 2)) {
        assertInstanceOf(VoterProgress.Known.class, voter.progress(), voter.toString());
      }
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void theStatusTellsHowFarEachVoterIs() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int down = quorum.followerId();
      quorum.stop(down);
      for (int i = 0; i < 10; i++) {
        quorum.createTopic(quorum.leaderId(), "t" + i);
      }

      QuorumStatus status = quorum.leadersStatus();

      assertEquals(List.of(1, 2, 3), status.voters().stream().map(VoterStatus::nodeId).toList());
      for (VoterStatus voter : status.voters()) {
        VoterProgress.Known known =
            assertInstanceOf(VoterProgress.Known.class, voter.progress(), voter.toString());
        assertTrue(
            voter.nodeId() == down ? known.lagEntries() >= 10 : known.lagEntries() <= 2,
            status.toString());
        assertTrue(voter.peer().startsWith("n" + voter.nodeId() + "-"), voter.toString());
        assertEquals(quorum.settings(voter.nodeId()).listenPort(), voter.port());
      }
      assertTrue(status.log().appliedIndex() <= status.log().committedIndex(), status.toString());
      assertTrue(status.log().committedIndex() < status.log().endIndex(), status.toString());
      assertEquals(0, status.log().startIndex());
      assertEquals(-1, status.log().snapshotIndex());
      int follower = quorum.followerId();
      assertInstanceOf(
          VoterProgress.Unknown.class,
          quorum.node(follower).status().voters().getFirst().progress());
      quorum.assertNobodyHalted();
    }
  }
}
