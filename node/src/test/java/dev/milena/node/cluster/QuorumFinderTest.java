package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.LeaderHint;
import dev.milena.proto.peer.v1.NodeAddress;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class QuorumFinderTest {
  private final PeerChannels channels = new PeerChannels("a test");
  private final List<Server> servers = new ArrayList<>();
  private final List<MetadataRecord> rows = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void close() {
    channels.close();
    servers.forEach(Server::shutdownNow);
  }

  @Test
  void nodesWithoutAVoteAreNotTheEndOfTheSearch() throws Exception {
    for (int id = 1; id <= 5; id++) {
      row(id, serve(false));
    }
    PeerAddress leader = serve(true);
    row(6, leader);
    // each has a second, which the first answers of a process may miss on a busy machine
    finder(Optional.empty()).look();
    asked.set(0);

    Sighting found = finder(Optional.empty()).look();

    assertEquals(OptionalInt.of(6), found.leader());
    assertEquals(Optional.of(leader), found.leaderAt());
    assertEquals(6, asked.get());
  }

  @Test
  void whoFindsNobodyToAskHoldsToTheVotersOfTheMetadata() {
    VoterImage one = new VoterImage(1, "", "h1", 9093);
    VoterImage two = new VoterImage(2, "", "h2", 9093);
    rows.add(
        new MetadataRecord.VotersNoted(
            new VotersImage(1, List.of(one, two)), List.of(one, two), List.of()));

    Sighting seen = finder(Optional.empty()).look();

    assertEquals(Optional.empty(), seen.voters());
    assertEquals(List.of(1, 2), List.copyOf(finder(Optional.empty()).voters(seen)));
  }

  @Test
  void whomTheSessionIsWithIsAskedFirst() throws Exception {
    row(1, serve(false));
    PeerAddress leader = serve(true);
    row(6, leader);
    finder(Optional.of(leader)).look();
    asked.set(0);

    assertEquals(OptionalInt.of(6), finder(Optional.of(leader)).look().leader());
    assertEquals(1, asked.get());
  }

  private static IntroduceResponse answer(boolean leads, int port) {
    IntroduceResponse.Builder answer = IntroduceResponse.newBuilder();
    return leads
        ? answer
            .setLeader(
                LeaderHint.newBuilder()
                    .setNodeId(6)
                    .setAddress(NodeAddress.newBuilder().setHost("127.0.0.1").setPort(port)))
            .build()
        : answer.build();
  }

  /** Serves somebody who leads, or who has no vote and so knows of no leader. */
  private PeerAddress serve(boolean leads) throws IOException {
    AtomicInteger port = new AtomicInteger();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new QuorumAccessGrpc.QuorumAccessImplBase() {
                  @Override
                  public void introduce(
                      IntroduceRequest request, StreamObserver<IntroduceResponse> out) {
                    asked.incrementAndGet();
                    out.onNext(answer(leads, port.get()));
                    out.onCompleted();
                  }
                })
            .build()
            .start();
    servers.add(server);
    port.set(server.getPort());
    return new PeerAddress("127.0.0.1", server.getPort());
  }

  private void row(int id, PeerAddress at) {
    rows.add(
        new MetadataRecord.BrokerRegistered(
            new BrokerImage(
                id,
                new BrokerDescription(at.host(), at.port(), "", "127.0.0.1:1", "", false),
                new IncarnationId(id, id),
                "",
                TreePMap.empty(),
                new BrokerStanding(false, false, 0, 0),
                1)));
  }

  private QuorumFinder finder(Optional<PeerAddress> leader) {
    ClusterImage image = ClusterImage.EMPTY.with(rows).image();
    return new QuorumFinder(99, Optional.empty(), new Still(image), channels, () -> leader);
  }

  /** A view of an image that does not change. */
  private record Still(ClusterImage image) implements MetadataView {
    @Override
    public long appliedIndex() {
      return 0;
    }

    @Override
    public void follow(MetadataFollower follower) {
      throw new AssertionError("the desk looks and does not follow");
    }
  }
}
