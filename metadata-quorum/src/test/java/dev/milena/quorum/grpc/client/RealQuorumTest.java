package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.quorum.FreePorts;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerServer;
import dev.milena.quorum.grpc.TestDesk;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.NodeName;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import dev.milena.quorum.grpc.server.QuorumMember;
import dev.milena.quorum.grpc.server.QuorumSight;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumSettings;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.QuorumTuning;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.view.FollowedPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over a real quorum of three, whose leader goes. */
class RealQuorumTest {
  private static final long TIMEOUT_MS = 60_000;

  /** As a node's, but that the others bear a leader that a busy machine makes stand still. */
  private static final QuorumTuning STEADY =
      new QuorumTuning(
          new QuorumTuning.Snapshots(20_000, 20_000, 30_000, 15 * 60_000, 2),
          40_000,
          16 << 20,
          1L << 30,
          2_000);

  @TempDir Path folder;
  private final CopyOnWriteArrayList<Object> wrong = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<QuorumServer> members = new ArrayList<>();
  private final List<PeerServer> servers = new ArrayList<>();
  private final CopyOnWriteArrayList<PeerAddress> known = new CopyOnWriteArrayList<>();

  private void open() throws Exception {
    List<Voter> voters = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      voters.add(new Voter(id, "127.0.0.1", FreePorts.take()));
    }
    for (Voter voter : voters) {
      QuorumServer member =
          QuorumServer.start(
              new QuorumSettings(
                  TestNode.CLUSTER,
                  voter.id(),
                  voters,
                  voter.host(),
                  voter.port(),
                  folder.resolve("node" + voter.id()),
                  STEADY),
              (what, cause) -> wrong.add(what));
      PeerServicesWiring wiring =
          PeerServicesWiring.ofMember(
              new NodeName(TestNode.CLUSTER, voter.id(), () -> IncarnationId.NONE),
              of(member),
              new TestDesk(),
              id -> Optional.of(TestNode.TOKEN.hash()),
              wrong::add);
      PeerServer server = new PeerServer(0, wiring.services());
      members.add(member);
      servers.add(server);
      known.add(server.address());
      opened.addAll(List.of(server, wiring, member));
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    channels.close();
    assertEquals(List.of(), wrong);
  }

  @Test
  void aNodeWithoutAMemberChangesAndSeesTheMetadataAlsoWhenTheLeaderGoes() throws Exception {
    open();
    PeerCalls calls = new PeerCalls(channels, TestNode.BROKER);
    try (FollowFeed feed =
            new FollowFeed(calls, () -> List.copyOf(known), FollowedPlace.NOTHING, 0, wrong::add);
        RemoteQuorum remote =
            new RemoteQuorum(calls, () -> List.copyOf(known), feed.view(), 0, wrong::add)) {
      feed.start();
      decided(submit(remote, TestQuorum.registerBroker(1, "h", 1)));
      // what the quorum's leader does, no other node may
      decided(
          members
              .getFirst()
              .submit(new MetadataCommand.UnfenceBroker(1, 0), TestQuorum.ORIGIN, TIMEOUT_MS));
      decided(submit(remote, TestQuorum.createTopic("before", 3)));
      assertInstanceOf(ReadAnswer.CaughtUp.class, await(remote.readIndex(TIMEOUT_MS)));
      assertEquals(3, feed.view().image().topic("before").orElseThrow().partitionCount());

      int leader = leader();
      servers.get(leader).close();
      members.get(leader).close();

      decided(submit(remote, TestQuorum.createTopic("after", 2)));
      assertInstanceOf(ReadAnswer.CaughtUp.class, await(remote.readIndex(TIMEOUT_MS)));
      assertEquals(2, feed.view().image().topic("after").orElseThrow().partitionCount());
      Eventually.holds("it is fresh", () -> feed.silentMs().orElse(9_000) < 700);
      QuorumServer other = members.get(leader == 0 ? 1 : 0);
      Eventually.holds(
          "one image everywhere", () -> other.view().image().equals(feed.view().image()));
    }
  }

  private static CompletionStage<QuorumAnswer> submit(
      RemoteQuorum remote, MetadataCommand command) {
    return remote.submit(command, TestQuorum.ORIGIN, TIMEOUT_MS);
  }

  private int leader() {
    AtomicInteger leader = new AtomicInteger();
    Eventually.holds(
        "somebody leads",
        () -> {
          leader.set(0);
          while (leader.get() < members.size() && !members.get(leader.get()).status().leading()) {
            leader.incrementAndGet();
          }
          return leader.get() < members.size();
        });
    return leader.get();
  }

  private static void decided(CompletionStage<QuorumAnswer> answer) throws Exception {
    assertInstanceOf(QuorumAnswer.Decided.class, await(answer));
  }

  private static <T> T await(CompletionStage<T> answer) throws Exception {
    return answer.toCompletableFuture().get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private static QuorumMember of(QuorumServer member) {
    return new QuorumMember() {
      @Override
      public CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
        return member.submit(submitted, timeoutMs);
      }

      @Override
      public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
        return member.readIndex(timeoutMs);
      }

      @Override
      public RecordStream stream() {
        return member.stream();
      }

      @Override
      public MetadataView view() {
        return member.view();
      }

      @Override
      public QuorumSight sight() {
        QuorumStatus status = member.status();
        Optional<QuorumSight.Leader> leader =
            status.leader().isPresent()
                ? Optional.of(new QuorumSight.Leader(status.leader().getAsInt(), 0))
                : Optional.empty();
        return new QuorumSight(status.term(), leader, new TreeMap<>());
      }

      @Override
      public long term() {
        return member.term();
      }

      @Override
      public OptionalLong leaderHeardAgoMs() {
        return member.leaderHeardMs();
      }

      @Override
      public long behindMs() {
        return member.behindMs();
      }
    };
  }
}
