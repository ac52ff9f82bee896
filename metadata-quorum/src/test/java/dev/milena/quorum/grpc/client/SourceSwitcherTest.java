package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.TestMember;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.QuorumSight;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StoreFailure;
import dev.milena.quorum.view.FollowedPlace;
import dev.milena.quorum.view.SwitchingView;
import dev.milena.quorum.view.Watcher;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSwitcherTest {
  @TempDir Path folder;
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final TestQuorum quorum = new TestQuorum();
  private final SwitchingView view = new SwitchingView();
  private final Watcher watcher = new Watcher(quorum::image);
  private final AtomicInteger feedsMade = new AtomicInteger();
  private volatile Optional<OwnMember> own = Optional.empty();
  private TestNode other;
  private TestMember mine;

  @BeforeEach
  void open() throws Exception {
    quorum.bringUpBroker(1, "host-1", 9092);
    other = new TestNode(quorum, 2, folder, 1 << 20);
    mine = new TestMember(quorum, folder.resolve("mine"), 1 << 20);
    view.follow(watcher);
  }

  @AfterEach
  void close() throws Exception {
    channels.close();
    other.close();
    mine.close();
    assertEquals(List.of(), fatal);
  }

  private SourceSwitcher switcher(boolean forced) {
    SourceSwitcher switcher = new SourceSwitcher(view, () -> own, this::feed, forced, fatal::add);
    switcher.start();
    return switcher;
  }

  private FollowFeed feed(FollowedPlace from) {
    feedsMade.incrementAndGet();
    return new FollowFeed(
        new PeerCalls(channels, TestNode.BROKER),
        () -> List.of(other.address()),
        from,
        0,
        fatal::add);
  }

  @Test
  void aNodeGoesFromTheStreamToItsNewMemberAndBackWithoutItsFollowersNoticing() throws Exception {
    try (SourceSwitcher switcher = switcher(false)) {
      quorum.appendTopics(0, 30);
      reachesTheEnd();
      mine.holdAt(quorum.lastIndex());
      own = Optional.of(member(mine));
      quorum.appendTopics(30, 200);
      reachesTheEnd();
      Eventually.holds("it hears of the leader", () -> switcher.silentMs().orElse(9_000) < 700);

      mine.letGo();
      Eventually.holds("the member feeds it, the stream is closed", () -> other.followers() == 0);
      quorum.appendTopics(230, 30);
      reachesTheEnd();
      assertEquals(1, feedsMade.get());

      own = Optional.empty();
      Eventually.holds("a second stream", () -> feedsMade.get() == 2);
      mine.holdAt(quorum.lastIndex());
      quorum.appendTopics(260, 30);
      reachesTheEnd();
    }
    watcher.assertSawAllUpTo(quorum.lastIndex());
  }

  @Test
  void aMemberThatIsCutOffIsLeftForTheStream() throws Exception {
    own = Optional.of(member(mine));
    try (SourceSwitcher switcher = switcher(false)) {
      quorum.appendTopics(0, 10);
      reachesTheEnd();
      assertEquals(0, feedsMade.get());

      mine.cutOff(true);
      mine.holdAt(quorum.lastIndex());
      quorum.appendTopics(10, 10);

      reachesTheEnd();
      assertEquals(1, feedsMade.get());
      assertTrue(switcher.silentMs().orElse(9_000) < 3_000);
    }
  }

  @Test
  void aMemberThatStandsStillIsLeftForTheStreamThoughItHearsTheLeader() throws Exception {
    own = Optional.of(member(mine));
    try (SourceSwitcher switcher = switcher(false)) {
      quorum.appendTopics(0, 10);
      reachesTheEnd();
      assertEquals(0, feedsMade.get());

      mine.holdAt(quorum.lastIndex());
      quorum.appendTopics(10, 10);

      reachesTheEnd();
      assertEquals(1, feedsMade.get());
      Eventually.holds("the stream feeds it", () -> switcher.staleMs().orElse(9_000) < 1_500);

      mine.letGo();
      Eventually.holds("the member feeds it again", () -> other.followers() == 0);
    }
    watcher.assertSawAllUpTo(quorum.lastIndex());
  }

  @Test
  void whereNobodyKeepsUpTheMetadataAgesThoughTheLeaderIsHeard() throws Exception {
    own = Optional.of(member(mine));
    try (SourceSwitcher switcher = switcher(false)) {
      quorum.appendTopics(0, 10);
      reachesTheEnd();
      Eventually.holds("it is new", () -> switcher.staleMs().orElse(9_000) < 1_500);

      mine.holdAt(quorum.lastIndex());
      other.member().holdAt(quorum.lastIndex());
      quorum.appendTopics(10, 10);

      Eventually.holds("a session over", () -> switcher.staleMs().orElse(0) >= 6_000);
      mine.letGo();
      reachesTheEnd();
      Eventually.holds("it is new again", () -> switcher.staleMs().orElse(9_000) < 1_500);
    }
    watcher.assertSawAllUpTo(quorum.lastIndex());
  }

  @Test
  void aMemberCanBeForcedOntoTheStream() throws Exception {
    own = Optional.of(member(mine));
    mine.holdAt(quorum.lastIndex());
    try (SourceSwitcher switcher = switcher(true)) {
      quorum.appendTopics(0, 10);
      reachesTheEnd();
    }
    assertEquals(1, feedsMade.get());
  }

  private void reachesTheEnd() {
    long last = quorum.lastIndex();
    Eventually.holds(
        () -> "index " + last + ", is at " + watcher.lastIndex(),
        () -> watcher.lastIndex() >= last);
  }

  private static OwnMember member(TestMember member) {
    return new OwnMember() {
      @Override
      public MetadataView view() {
        return member.view();
      }

      @Override
      public FollowedPlace place() {
        try {
          RecordStream.Page.Whole whole = member.stream().whole();
          return new FollowedPlace(
              whole.index(), whole.lastStep(), whole.rollingHash(), whole.image());
        } catch (StoreFailure failure) {
          throw new UncheckedIOException(failure);
        }
      }

      @Override
      public OptionalLong leaderHeardAgoMs() {
        return member.sight().leader().stream().mapToLong(QuorumSight.Leader::heardAgoMs).findAny();
      }

      @Override
      public long behindMs() {
        return member.behindMs();
      }
    };
  }
}
