package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.view.FollowedPlace;
import dev.milena.quorum.view.Watcher;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowFeedTest {
  @TempDir Path folder;
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final TestQuorum quorum = new TestQuorum();
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<FollowFeed> feeds = new ArrayList<>();
  private final CopyOnWriteArrayList<PeerAddress> known = new CopyOnWriteArrayList<>();

  private void open(int members, long journalBytes) throws Exception {
    quorum.bringUpBroker(1, "host-1", 9092);
    for (int id = 1; id <= members; id++) {
      TestNode node = new TestNode(quorum, id, folder, journalBytes);
      nodes.add(node);
      known.add(node.address());
    }
  }

  @AfterEach
  void close() throws Exception {
    feeds.forEach(FollowFeed::close);
    channels.close();
    for (TestNode node : nodes) {
      node.close();
    }
    assertEquals(List.of(), fatal);
  }

  private FollowFeed feed(FollowedPlace from) {
    FollowFeed feed =
        new FollowFeed(
            new PeerCalls(channels, TestNode.BROKER),
            () -> List.copyOf(known),
            from,
            0,
            fatal::add);
    feeds.add(feed);
    return feed;
  }

  private Watcher watched(FollowFeed feed) {
    Watcher watcher = new Watcher(quorum::image);
    feed.view().follow(watcher);
    feed.start();
    return watcher;
  }

  private void reachesTheEnd(Watcher watcher) {
    long last = quorum.lastIndex();
    Eventually.holds(
        () -> "index " + last + ", is at " + watcher.lastIndex(),
        () -> watcher.lastIndex() >= last);
    watcher.assertSawAllUpTo(last);
  }

  @Test
  void theViewShowsEveryStepAndThenThoseThatComeEvenWithoutAChange() throws Exception {
    open(1, 1 << 20);
    quorum.appendTopics(0, 60);
    Watcher watcher = watched(feed(FollowedPlace.NOTHING));
    reachesTheEnd(watcher);
    int calls = watcher.calls();
    quorum.appendTopics(60, 60);
    reachesTheEnd(watcher);
    assertTrue(watcher.calls() > calls + 60, "steps one by one, and each when it comes");
    quorum.appendBarrier();
    reachesTheEnd(watcher);
  }

  @Test
  void theStreamGoesOnAtAnotherMemberWhereItWas() throws Exception {
    open(3, 1 << 20);
    Watcher watcher = watched(feed(FollowedPlace.NOTHING));
    for (int round = 0; round < 6; round++) {
      quorum.appendTopics(round * 20, 20);
      reachesTheEnd(watcher);
      TestNode node = nodes.get(round % 3);
      PeerAddress address = known.get(round % 3);
      node.stop();
      quorum.appendTopics(1_000 + round * 20, 20);
      reachesTheEnd(watcher);
      node.startAgain(address);
    }
    assertTrue(watcher.calls() > 240, "steps, not images: " + watcher.calls());
  }

  @Test
  void whenTheJournalHasLostItsPlaceAnImageTakesItsPlace() throws Exception {
    open(1, 4_000);
    Watcher watcher = watched(feed(FollowedPlace.NOTHING));
    reachesTheEnd(watcher);
    PeerAddress address = known.getFirst();
    nodes.getFirst().stop();
    quorum.append(new MetadataCommand.NoteVoters(7, List.of(new VoterImage(1, "d", "h", 9093))));
    quorum.appendTopics(0, 200);
    nodes.getFirst().startAgain(address);
    reachesTheEnd(watcher);
    assertTrue(watcher.calls() < 20, watcher.calls() + " calls for 300 entries");
    quorum.appendTopics(200, 10);
    reachesTheEnd(watcher);
  }

  @Test
  void aPlaceOfAnotherHistoryIsReplacedByAnImage() throws Exception {
    open(1, 1 << 20);
    quorum.appendTopics(0, 50);
    FollowFeed feed = feed(new FollowedPlace(20, 12, 4711, quorum.image(20)));
    Watcher watcher = watched(feed);
    reachesTheEnd(watcher);
    quorum.appendTopics(50, 10);
    reachesTheEnd(watcher);
  }

  @Test
  void aMemberThatStandsStillIsLeftForAnotherThoughItHearsTheLeader() throws Exception {
    open(2, 1 << 20);
    quorum.appendTopics(0, 10);
    FollowFeed feed = feed(FollowedPlace.NOTHING);
    Watcher watcher = watched(feed);
    reachesTheEnd(watcher);
    TestNode followed = nodes.stream().filter(node -> node.followers() > 0).findFirst().get();

    followed.member().holdAt(quorum.lastIndex());
    quorum.appendTopics(10, 10);

    reachesTheEnd(watcher);
    // the steps are shown before their message counts as heard, never the other way round
    Eventually.holds("it is fresh again", () -> feed.silentMs().orElse(1_000) < 600);
  }

  @Test
  void theViewNeverGoesBackToAMemberThatIsBehind() throws Exception {
    open(2, 1 << 20);
    quorum.appendTopics(0, 10);
    nodes.get(1).member().holdAt(quorum.lastIndex());
    quorum.appendTopics(10, 10);
    FollowFeed feed = feed(FollowedPlace.NOTHING);
    Watcher watcher = watched(feed);
    reachesTheEnd(watcher);
    PeerAddress ahead = known.get(0);

    nodes.get(0).stop();
    quorum.appendTopics(20, 10);
    long there = watcher.lastIndex();
    int asked = watcher.calls();
    Eventually.holds("nothing is heard that counts", () -> feed.silentMs().orElse(0) > 800);
    assertEquals(there, watcher.lastIndex());
    assertEquals(asked, watcher.calls());

    nodes.get(1).member().letGo();
    reachesTheEnd(watcher);
    nodes.get(0).startAgain(ahead);
  }

  @Test
  void aMemberWithoutALeaderIsLeftAndTheViewSaysHowOldItIs() throws Exception {
    open(2, 1 << 20);
    FollowFeed feed = feed(FollowedPlace.NOTHING);
    assertTrue(feed.silentMs().isEmpty());
    Watcher watcher = watched(feed);
    reachesTheEnd(watcher);
    Eventually.holds("it is fresh", () -> feed.silentMs().orElse(1_000) < 600);

    nodes.get(0).member().cutOff(true);
    nodes.get(0).member().holdAt(quorum.lastIndex());
    quorum.appendTopics(0, 10);
    reachesTheEnd(watcher);
    Eventually.holds("it is fresh again", () -> feed.silentMs().orElse(1_000) < 600);

    nodes.get(1).member().cutOff(true);
    Eventually.holds("it grows old", () -> feed.silentMs().orElse(0) > 2_500);
    nodes.get(1).member().cutOff(false);
    Eventually.holds("it is fresh once more", () -> feed.silentMs().orElse(1_000) < 600);
  }

  @Test
  void aPortWhereNobodyAnswersIsPassedBy() throws Exception {
    open(1, 1 << 20);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      known.add(0, new PeerAddress("127.0.0.1", silent.getLocalPort()));
      reachesTheEnd(watched(feed(FollowedPlace.NOTHING)));
    }
  }

  @Test
  void aFollowerThatThrowsIsToldAndNotHidden() throws Exception {
    open(1, 1 << 20);
    FollowFeed feed = feed(FollowedPlace.NOTHING);
    feed.view()
        .follow((index, delta, image) -> {
          if (index >= 0) {
            throw new IllegalStateException("a follower of a test");
          }
        });
    feed.start();
    Eventually.holds("it is told", () -> !fatal.isEmpty());
    feed.close();
    for (Throwable told : fatal) {
      assertEquals("a follower of a test", told.getMessage());
    }
    fatal.clear();
  }

  @Test
  void randomMembersStopLagAndComeBackAndNoStepIsLostOrSeenTwice() throws Exception {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    System.out.println("FollowFeedTest seed " + seed + " (-Dmilena.seed=" + seed + ")");
    SplittableRandom random = new SplittableRandom(seed);
    open(3, 20_000);
    List<Watcher> watchers =
        List.of(watched(feed(FollowedPlace.NOTHING)), watched(feed(FollowedPlace.NOTHING)));
    boolean[] stopped = new boolean[3];
    for (int round = 0; round < 40; round++) {
      int which = random.nextInt(3);
      if (random.nextInt(3) == 0) {
        if (stopped[which]) {
          nodes.get(which).startAgain(known.get(which));
        } else {
          nodes.get(which).stop();
        }
        stopped[which] = !stopped[which];
      }
      if (random.nextInt(4) == 0) {
        nodes.get(random.nextInt(3)).member().holdAt(quorum.lastIndex());
      }
      if (random.nextInt(3) == 0) {
        nodes.get(random.nextInt(3)).member().letGo();
      }
      quorum.appendTopics(round * 50, random.nextInt(40));
    }
    for (int i = 0; i < 3; i++) {
      nodes.get(i).member().letGo();
      if (stopped[i]) {
        nodes.get(i).startAgain(known.get(i));
      }
    }
    watchers.forEach(this::reachesTheEnd);
  }
}
