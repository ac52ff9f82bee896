package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.store.RecordStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing assumes that a quorum has one member. */
class ThreeVotersTest {
  @TempDir Path folder;
  private final Members members = new Members();

  @Test
  void anyMemberDecidesAndAllAgreeAlsoWithoutTheFirstLeader() throws Exception {
    List<QuorumSettings> settings = Members.three(folder, Members.STEADY);
    List<QuorumServer> servers = new ArrayList<>();
    try {
      for (QuorumSettings one : settings) {
        servers.add(members.start(one));
      }
      Members.bringUpBroker(servers.getFirst(), 1);
      for (int i = 0; i < 12; i++) {
        Members.decided(
            servers
                .get(i % 3)
                .submit(Members.createTopic("t" + i, 2), Members.ORIGIN, Members.TIMEOUT_MS));
      }
      assertAllAgree(servers, 12);
      QuorumServer leader = leader(servers);

      servers.remove(leader);
      leader.close();

      QuorumAnswer.Decided after =
          Members.decided(
              servers
                  .getFirst()
                  .submit(Members.createTopic("after", 1), Members.ORIGIN, Members.TIMEOUT_MS));
      assertTrue(after.index() > 0);
      assertAllAgree(servers, 13);
    } finally {
      for (QuorumServer server : servers) {
        server.close();
      }
    }
    assertEquals(List.of(), members.halts);
  }

  @Test
  void aMemberThatWasAwayTooLongIsSentASnapshot() throws Exception {
    QuorumTuning small = Members.steady(Members.SMALL_LOG);
    List<QuorumSettings> settings = Members.three(folder, small);
    List<QuorumServer> servers = new ArrayList<>();
    try {
      for (QuorumSettings one : settings) {
        servers.add(members.start(one));
      }
      Members.bringUpBroker(servers.getFirst(), 1);
      int away = servers.getFirst().status().leading() ? 1 : 0;
      long seen = servers.get(away).view().appliedIndex();
      servers.get(away).close();
      QuorumServer other = servers.get(2);
      Members.fill(other, 4_000);
      // where this one follows, it takes its snapshots a little later
      TestQuorum.await("the log it needs is gone", () -> firstLog(settings.get(2)) > seen);

      servers.set(away, members.start(settings.get(away)));

      assertAllAgree(servers, 1);
      assertTrue(
          servers.get(away).stream().read(seen + 1, 1 << 20) instanceof RecordStream.Page.Steps);
    } finally {
      for (QuorumServer server : servers) {
        server.close();
      }
    }
    assertEquals(List.of(), members.halts);
  }

  /** A heartbeat comes ten seconds later. Of twenty tries the fifth counts: the machine is busy. */
  @Test
  void aFollowerDoesNotWaitForAHeartbeatToKnowWhatIsAgreed() throws Exception {
    QuorumTuning patient = QuorumTuning.DEFAULT.withElectionMs(20_000);
    try (TestQuorum quorum = new TestQuorum(folder, 3, patient)) {
      quorum.startAll();
      QuorumServer leader = quorum.leader();
      Members.bringUpBroker(leader, 1);
      int first = quorum.followerId();
      for (int id : List.of(first, quorum.followerIdBut(first))) {
        BlockingQueue<Long> applied = new LinkedBlockingQueue<>();
        quorum.node(id).view().follow((index, delta, image) -> applied.add(index));
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          long index =
              Members.decided(
                      leader.submit(
                          Members.createTopic("t" + id + "-" + i, 1),
                          Members.ORIGIN,
                          Members.TIMEOUT_MS))
                  .index();
          long answered = System.nanoTime();
          awaitIndex(applied, index);
          delays.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - answered));
        }
        delays.sort(null);
        assertTrue(delays.get(4) < 150, "milliseconds at node " + id + ": " + delays);
      }
    }
  }

  private static void awaitIndex(BlockingQueue<Long> applied, long index) throws Exception {
    Long next = -1L;
    while (next != null && next < index) {
      next = applied.poll(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
    assertNotNull(next, "index " + index + " was not applied in time");
  }

  @Test
  void withoutAMajorityNothingIsDecidedAndReadsSaySo() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.close();
      quorum.start(1);

      QuorumAnswer answer = quorum.tryCreateTopic(1, "t", 1_500);
      List<CompletionStage<QuorumAnswer>> hurried = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        hurried.add(
            quorum.node(1).submit(Members.createTopic("t" + i, 1), Members.ORIGIN, i % 100));
      }
      ReadAnswer read = Members.await(quorum.node(1).readIndex(500));

      assertInstanceOf(QuorumAnswer.Unavailable.class, answer);
      for (CompletionStage<QuorumAnswer> one : hurried) {
        assertInstanceOf(QuorumAnswer.Unavailable.class, Members.await(one));
      }
      assertInstanceOf(ReadAnswer.Unavailable.class, read);
      quorum.assertNobodyHalted();
    }
  }

  private static void assertAllAgree(List<QuorumServer> servers, int topics) throws Exception {
    for (QuorumServer server : servers) {
      assertInstanceOf(
          ReadAnswer.CaughtUp.class, Members.await(server.readIndex(Members.TIMEOUT_MS)));
      assertEquals(topics, server.view().image().topics().size());
    }
    assertEquals(
        1, servers.stream().map(QuorumServer::stateHash).distinct().count(), "state hashes");
    TestQuorum.await(
        "one leader",
        () -> servers.stream().filter(server -> server.status().leading()).count() == 1);
  }

  private static QuorumServer leader(List<QuorumServer> servers) {
    TestQuorum.await(
        "a leader", () -> servers.stream().anyMatch(server -> server.status().leading()));
    return servers.stream()
        .filter(server -> server.status().leading())
        .findFirst()
        .orElse(servers.getFirst());
  }

  private static long firstLog(QuorumSettings settings) {
    try {
      return Members.firstLog(settings);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
