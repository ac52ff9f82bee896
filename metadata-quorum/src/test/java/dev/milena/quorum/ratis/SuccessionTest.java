package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.LostLeader;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Witness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.server.DivisionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Voters that wait long for a silent leader, and for one that is gone not at all. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class SuccessionTest {
  private static final int PATIENT_MS = 40_000;

  /** A leader is heard of every half of that, and waited for from then on. */
  private static final long SOONEST_MS = 20_000;

  @TempDir Path folder;

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CopyOnWriteArrayList<String> halts = new CopyOnWriteArrayList<>();
  private final List<Membership> members = new ArrayList<>();

  @AfterEach
  void close() {
    members.forEach(Membership::close);
    callers.shutdownNow();
    assertEquals(List.of(), halts);
  }

  @Test
  void aLeaderWhoseProcessIsGoneIsReplacedAtOnceByOneVoter() throws Exception {
    List<String> patient = List.of("-Dquorum.electionMs=" + PATIENT_MS);
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, patient)) {
      quorum.startAll();
      // who has not yet heard of the leader misses it no sooner than anybody else
      quorum.assertAllAgree();
      int leader = quorum.leader();
      int other = quorum.follower();
      long term = Long.parseLong(quorum.status(other)[2]);
      long killed = System.nanoTime();
      quorum.kill(leader);

      String answer = quorum.node(other).ask("topic afterwards 60000");

      assertTrue(answer.startsWith("decided"), () -> answer + quorum.said());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
      assertTrue(tookMs < SOONEST_MS, tookMs + " ms: the leader was waited for");
      assertEquals(term + 1, Long.parseLong(quorum.status(other)[2]), "terms were wasted");
    }
  }

  @Test
  void aLeaderThatLivesStaysWhateverConnectionsEnd() throws Exception {
    start(QuorumTuning.DEFAULT);
    Membership leader = leader();
    long term = info(leader).getCurrentTerm();
    for (int i = 0; i < 50; i++) {
      for (Membership member : members) {
        member.peer().succession().ended(RatisPeers.id(leader.peer().name()));
      }
      pause(20);
    }

    assertEquals(term, info(leader).getCurrentTerm());
    assertTrue(info(leader).isLeader());
  }

  @Test
  void aVoterThatFollowsALivingLeaderSaysSo() throws Exception {
    start(QuorumTuning.DEFAULT);
    Membership leader = leader();
    long term = info(leader).getCurrentTerm();
    LostLeader lost = new LostLeader(leader.peer().name(), term);

    for (Membership member : members) {
      Optional<Witness> told = Members.await(member.peer().succession().tell(lost));
      assertEquals(
          OptionalLong.of(term), told.orElseThrow().leaderTerm(), member.peer().name()::toString);
    }
  }

  @Test
  void aVoterSaysThatALeaderIsGoneThoughItHasNotHeardOfItYet() throws Exception {
    start(QuorumTuning.DEFAULT.withElectionMs(PATIENT_MS));
    Membership leader = leader();
    Membership follower = followers().getFirst();
    followers().getLast().close();
    LostLeader lost = new LostLeader(leader.peer().name(), info(leader).getCurrentTerm());
    leader.close();

    Witness told = Members.await(follower.peer().succession().tell(lost)).orElseThrow();

    assertEquals(OptionalLong.empty(), told.leaderTerm());
    assertEquals(lost.term(), told.term());
    assertEquals(lost.term(), told.last().term());
  }

  @Test
  void whoStandsInVainStandsOnce() throws Exception {
    start(QuorumTuning.DEFAULT.withElectionMs(5_000));
    Membership leader = leader();
    Membership candidate = followers().getFirst();
    Membership mute = followers().getLast();
    long term = info(candidate).getCurrentTerm();
    int port = mute.peer().port();
    mute.close();
    try (ServerSocket accepting = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      leader.close();
      LostLeader lost = new LostLeader(leader.peer().name(), term);
      Witness own = new LogWitness(candidate.peer(), new PortProbe(callers)).own().orElseThrow();

      new ForcedElection(candidate.peer()).hold(lost, own);

      TestQuorum.await("it follows", () -> info(candidate).isFollower());
      pause(2_000);
      assertEquals(term + 2, info(candidate).getCurrentTerm());
    }
  }

  @Test
  void connectionsThatBreakAtOnceKeepNoMemberFromClosing() throws Exception {
    start(QuorumTuning.DEFAULT);
    for (int i = 0; i < 50; i++) {
      for (Membership member : members) {
        try (Socket socket = new Socket()) {
          socket.setSoLinger(true, 0);
          socket.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), member.peer().port()), 5_000);
        }
      }
    }

    for (Membership member : members) {
      assertTrue(member.peer().closeInTime());
    }
  }

  /** Three members in this process, each with a folder and a port. */
  private void start(QuorumTuning tuning) throws IOException {
    for (QuorumSettings settings : Members.three(folder, tuning)) {
      members.add(
          Membership.start(
              settings, (what, cause) -> halts.add(what + cause), callers, QuorumEvents.NONE));
    }
    TestQuorum.await(
        "a leader that all follow",
        () ->
            members.stream().allMatch(SuccessionTest::knowsLeader)
                && members.stream().anyMatch(member -> info(member).isLeaderReady()));
  }

  private static boolean knowsLeader(Membership member) {
    return member.peer().calls().knowsLeader();
  }

  private Membership leader() {
    AtomicReference<Optional<Membership>> leader = new AtomicReference<>(Optional.empty());
    TestQuorum.await(
        "a leader",
        () -> {
          leader.set(members.stream().filter(member -> info(member).isLeader()).findFirst());
          return leader.get().isPresent();
        });
    return leader.get().orElseThrow();
  }

  private List<Membership> followers() {
    PeerName leader = leader().peer().name();
    return members.stream().filter(one -> !one.peer().name().equals(leader)).toList();
  }

  private static DivisionInfo info(Membership member) {
    try {
      return member.peer().calls().division();
    } catch (IOException notOpen) {
      throw new AssertionError(notOpen);
    }
  }

  private static void pause(long ms) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (System.nanoTime() < endNanos) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }
}
