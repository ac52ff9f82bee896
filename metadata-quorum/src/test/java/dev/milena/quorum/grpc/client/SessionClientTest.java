package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.control.Silence;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.TestDesk;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionClientTest {
  private static final IncarnationId RUN = new IncarnationId(3, 4);

  @TempDir Path folder;
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final TestQuorum quorum = new TestQuorum();
  private final List<TestNode> nodes = new ArrayList<>();
  private final CopyOnWriteArrayList<PeerAddress> known = new CopyOnWriteArrayList<>();
  private SessionClient session;
  private volatile Silence silence = Silence.NONE;

  @BeforeEach
  void open() throws Exception {
    for (int id = 1; id <= 3; id++) {
      TestNode node = new TestNode(quorum, id, folder, 1 << 20);
      nodes.add(node);
      known.add(node.address());
      quorum.bringUpBroker(id, "127.0.0.1", node.address().port());
    }
    session = session(2_000);
  }

  private SessionClient session(long beatMs) {
    return new SessionClient(
        new PeerCalls(channels, TestNode.BROKER),
        () -> List.copyOf(known),
        RUN,
        beatMs,
        0,
        () -> silence,
        fatal::add);
  }

  @AfterEach
  void close() throws Exception {
    session.close();
    channels.close();
    for (TestNode node : nodes) {
      node.close();
    }
    assertEquals(List.of(), fatal);
  }

  private TestDesk leads(int nodeId) {
    quorum.leaderIs(OptionalInt.of(nodeId));
    nodes.forEach(node -> node.desk().staffed(false));
    TestDesk desk = nodes.get(nodeId - 1).desk();
    desk.staffed(true);
    return desk;
  }

  private void standsAt(int nodeId) {
    PeerAddress address = known.get(nodeId - 1);
    Eventually.holds(
        () -> "a session with node " + nodeId + ", has " + session.leader(),
        () -> session.leader().map(address::equals).orElse(false));
  }

  @Test
  void aBrokerFindsTheLeaderByTheHintOfAnotherMemberAndBeatsAtOnce() {
    TestDesk desk = leads(3);
    session.acknowledged(17);
    session.start();
    standsAt(3);

    assertEquals(List.of("opened 5 " + RUN + " #1"), desk.reports());
    assertEquals(new Beat(17, false, false), desk.beats().getFirst());
    assertEquals(List.of(), nodes.get(1).desk().reports());
  }

  @Test
  void whatChangesIsSaidAtOnceAndWhatChangesOftenIsGathered() {
    TestDesk desk = leads(1);
    session.start();
    standsAt(1);
    session.ready(true);
    Eventually.holds("ready", () -> desk.beats().getLast().ready());
    int before = desk.beats().size();

    for (int index = 1; index <= 100_000; index++) {
      session.acknowledged(index);
    }
    session.acknowledged(99_000);
    Eventually.holds("the last", () -> desk.beats().getLast().acknowledgedIndex() == 100_000);

    assertTrue(desk.beats().size() - before < 1_000, desk.beats().size() + " beats");
    session.leaving(true);
    Eventually.holds("leaving", () -> desk.beats().getLast().leaving());
    assertEquals(new Beat(100_000, true, true), desk.beats().getLast());
  }

  @Test
  void aBrokerSaysForHowLongItsDisksAndLoopsHaveBeenSilent() {
    session = session(300);
    TestDesk desk = leads(1);
    silence = new Silence(1_200, 0);
    session.start();
    standsAt(1);
    assertEquals(new Silence(1_200, 0), desk.beats().getFirst().silence());
    silence = new Silence(1_500, 7_000);
    Eventually.holds(
        "with the next beat, though nothing else changes",
        () -> desk.beats().getLast().silence().equals(new Silence(1_500, 7_000)));
  }

  @Test
  void aBrokerSaysWhatItsClockShowsAndKeepsWhatItHeardOfTheClusters() {
    session = session(300);
    TestDesk desk = leads(1);
    long beforeMs = System.currentTimeMillis();
    session.start();
    standsAt(1);
    assertEquals(Optional.empty(), session.time(), "the leader does not know it yet");
    long shown = desk.walls().getFirst();
    assertTrue(beforeMs <= shown && shown <= System.currentTimeMillis(), "shown " + shown);

    desk.clusterTimeIs(1_000_000);
    Eventually.holds("the time", () -> session.time().isPresent());
    HeardTime heard = session.time().orElseThrow();
    long laterMs = heard.heardMs() - (heard.clusterMs() - 1_000_000);
    assertTrue(laterMs >= 0 && laterMs < 10_000, "heard after it was said: " + laterMs);

    TestDesk next = leads(2);
    standsAt(2);
    Eventually.holds("beats", () -> next.beats().size() >= 3);
    assertTrue(session.time().isPresent(), "who does not know it takes nothing back");
  }

  @Test
  void aBrokerWithNothingNewToSayBeatsAllTheSame() {
    session = session(300);
    TestDesk desk = leads(1);
    session.start();
    Eventually.holds("beats", () -> desk.beats().size() >= 5);
    assertEquals(1, desk.beats().stream().distinct().count());
  }

  @Test
  void whenTheLeaderChangesTheSessionMovesAndTheOldDeskIsTold() {
    TestDesk first = leads(1);
    session.start();
    standsAt(1);

    TestDesk second = leads(2);
    nodes.getFirst().wiring().leadsNoLonger();

    standsAt(2);
    assertEquals(List.of("opened 5 " + RUN + " #1", "ended 5 #1"), first.reports());
    assertEquals(1, second.reports().size());
    assertEquals(0, nodes.getFirst().wiring().sessions());
  }

  @Test
  void aLeaderThatTakesNoMoreBeatsIsLeftAtTheNextOne() {
    leads(1);
    session.start();
    standsAt(1);
    leads(3);
    session.acknowledged(5);
    standsAt(3);
  }

  @Test
  void whileNobodyLeadsTheBrokerKeepsAskingAndFindsTheFirstWhoDoes() {
    quorum.leaderIs(OptionalInt.empty());
    session.start();
    assertTrue(session.leader().isEmpty());
    leads(2);
    standsAt(2);
  }

  @Test
  void aBrokenConnectionIsMadeAnewWithinTheGraceAndCountsAsANewerStream() throws Exception {
    TestDesk desk = leads(1);
    session.start();
    standsAt(1);
    PeerAddress address = known.getFirst();
    nodes.getFirst().stop();
    Eventually.holds("the end", () -> desk.reports().contains("ended 5 #1"));
    nodes.getFirst().startAgain(address);
    long begun = System.nanoTime();
    standsAt(1);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    assertTrue(tookMs < 2_000, "took " + tookMs + " ms");
  }

  @Test
  void aMemberThatDoesNotKnowTheBrokerYetIsAskedAgain() {
    leads(1);
    TestDesk desk = nodes.getFirst().desk();
    SessionClient unknown =
        new SessionClient(
            new PeerCalls(
                channels, new PeerIdentity(TestNode.CLUSTER, 6, PeerTokens.only(TestNode.TOKEN))),
            () -> List.copyOf(known),
            RUN,
            2_000,
            0,
            () -> Silence.NONE,
            fatal::add);
    try (unknown) {
      unknown.start();
      session.start();
      standsAt(1);
      assertTrue(unknown.leader().isEmpty());
    }
    assertTrue(desk.reports().stream().noneMatch(report -> report.startsWith("opened 6")));
  }

  @Test
  void aMemberThatDoesNotAnswerABeatIsLeftWithItsConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      known.add(0, new PeerAddress("127.0.0.1", silent.getLocalPort()));
      leads(2);
      session = session(300);
      session.start();
      PeerAddress leader = known.get(2);
      Eventually.holds("the leader", () -> session.leader().equals(Optional.of(leader)));
    }
  }

  @Test
  void aNewerStreamOfTheSameBrokerEndsTheOlder() {
    TestDesk desk = leads(1);
    session.start();
    standsAt(1);
    try (SessionClient other = session(2_000)) {
      other.start();
      Eventually.holds("the older ends", () -> desk.reports().contains("ended 5 #1"));
    }
  }

  @Test
  void aSessionThatIsClosedIsTold() {
    TestDesk desk = leads(1);
    session.start();
    standsAt(1);
    session.close();
    Eventually.holds("the end", () -> desk.reports().contains("ended 5 #1"));
    assertTrue(session.leader().isEmpty());
  }

  @Test
  void theSpreadOfAnIndexIsAskedOfWhoeverLeads() throws Exception {
    TestDesk first = leads(1);
    CompletionStage<Boolean> early = session.awaitSpread(7, 20_000);
    session.start();
    Eventually.holds("it is asked", () -> first.awaited().equals(List.of(7L)));
    first.answer(7, true);
    assertTrue(await(early));

    CompletionStage<Boolean> across = session.awaitSpread(8, 20_000);
    Eventually.holds("it is asked", () -> first.awaited().equals(List.of(8L)));
    TestDesk second = leads(2);
    nodes.getFirst().wiring().leadsNoLonger();
    Eventually.holds("it is asked again", () -> second.awaited().equals(List.of(8L)));
    second.answer(8, true);
    assertTrue(await(across));

    CompletionStage<Boolean> behind = session.awaitSpread(9, 20_000);
    Eventually.holds("it is asked", () -> second.awaited().equals(List.of(9L)));
    second.answer(9, false);
    assertFalse(await(behind));
  }

  @Test
  void theSpreadIsNotWaitedForLongerThanAskedNorAfterTheEnd() throws Exception {
    leads(1);
    assertFalse(await(session.awaitSpread(7, 50)));
    session.start();
    standsAt(1);
    assertFalse(await(session.awaitSpread(7, 50)));
    CompletionStage<Boolean> cut = session.awaitSpread(8, 20_000);
    session.close();
    assertFalse(await(cut));
    assertFalse(await(session.awaitSpread(9, 20_000)));
  }

  private static boolean await(CompletionStage<Boolean> answer) throws Exception {
    return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
