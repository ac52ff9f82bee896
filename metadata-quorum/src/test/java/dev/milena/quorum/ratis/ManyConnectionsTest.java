package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationCodec;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After the network was cut, what a leader sent before and what it sends anew arrive at the same
 * time, on several connections.
 */
class ManyConnectionsTest {
  private static final int ENTRIES = 4_000;
  private static final int RESENT = 10;
  private static final List<Integer> SIZES = List.of(3, 5, 7, 11, 13, 17);

  /** Of a leader that this test plays; above any that the voters have reached. */
  private static final long TERM = 1_000;

  @TempDir Path folder;

  @Test
  void theSameEntriesOnManyConnectionsAtOnceAreTakenInAndSoIsWhatFollows() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY);
        Connections connections = new Connections(new ArrayList<>())) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int follower = quorum.followerId();
      int leader = quorum.leaderId();
      quorum.stop(6 - follower - leader);
      quorum.stop(leader);
      Requests requests = new Requests(quorum, follower, leader);
      long first = follow(quorum.node(follower), connections.open(quorum, follower), requests);

      List<Thread> senders = new ArrayList<>();
      for (int atOnce : SIZES) {
        Connection connection = connections.open(quorum, follower);
        List<AppendEntriesRequestProto> sent = requests.all(first, ENTRIES, atOnce);
        senders.add(Thread.ofPlatform().daemon().start(() -> connection.send(sent)));
      }
      for (Thread sender : senders) {
        sender.join();
      }

      for (Connection connection : connections.open()) {
        assertEquals(Set.of("SUCCESS"), connection.replies());
      }
      Connection later = connections.open(quorum, follower);
      later.send(List.of(requests.some(TERM, first + ENTRIES, 1)));
      assertEquals(Set.of("SUCCESS"), later.replies());
      assertEquals(first + ENTRIES + 1, quorum.node(follower).status().log().endIndex());
      quorum.assertNobodyHalted();
    }
  }

  /** Ratis has nothing to do for entries that it has, be they still on their way to the disk. */
  @Test
  void entriesThatComeAnewAreAcknowledgedWhenTheyAreInTheFile() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY);
        Connections connections = new Connections(new ArrayList<>())) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int follower = quorum.followerId();
      int leader = quorum.leaderId();
      quorum.stop(6 - follower - leader);
      quorum.stop(leader);
      Requests requests = new Requests(quorum, follower, leader);
      Connection sender = connections.open(quorum, follower);
      Connection again = connections.open(quorum, follower);
      long next = follow(quorum.node(follower), sender, requests);
      again.send(List.of(requests.some(TERM, next, 1)));
      assertEquals(Set.of("SUCCESS"), again.replies());
      for (int attempt = 0; attempt < RESENT; attempt++) {
        long first = next + 1 + attempt * 200L;
        sender.send(requests.all(first, 200, 1));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (quorum.node(follower).status().log().endIndex() < first + 200) {
          assertTrue(System.nanoTime() < deadline, "the entries are not in the log after 20 s");
          Thread.onSpinWait();
        }
        again.send(List.of(requests.some(TERM, first + 199, 1)));
        assertEquals(Set.of("SUCCESS"), again.replies());
        assertEquals(first + 199, lastInTheFile(quorum.settings(follower)));
        assertEquals(Set.of("SUCCESS"), sender.replies());
      }
      quorum.assertNobodyHalted();
    }
  }

  private static long lastInTheFile(QuorumSettings settings) throws Exception {
    Path current = Members.groupFolder(settings).resolve("current");
    for (LogFile file : LogFile.newestFirst(current)) {
      Optional<LastEntry> last = LogTail.last(file.path());
      if (last.isPresent()) {
        return last.get().index();
      }
    }
    return -1;
  }

  /** Has it take in a first entry, and returns the index of the next. */
  private static long follow(QuorumServer follower, Connection connection, Requests requests)
      throws Exception {
    long term = follower.status().term();
    while (true) {
      long end = follower.status().log().endIndex();
      connection.send(List.of(requests.some(term, end, 1)));
      if (connection.replies().equals(Set.of("SUCCESS"))) {
        return end + 1;
      }
      // the last entry it has is of an earlier term, or was not yet the last
      term = term == 1 ? follower.status().term() : term - 1;
    }
  }

  private record Connections(List<Connection> open) implements AutoCloseable {
    Connection open(TestQuorum quorum, int to) {
      Connection connection = new Connection(quorum, to);
      open.add(connection);
      return connection;
    }

    @Override
    public void close() {
      open.forEach(Connection::close);
    }
  }

  /** What one voter sends to another as its leader. */
  private static final class Requests {
    private final RaftRpcRequestProto header;

    Requests(TestQuorum quorum, int to, int from) throws Exception {
      QuorumSettings settings = quorum.settings(to);
      Formation formation =
          FormationCodec.formation(TestQuorum.CLUSTER, Files.readString(settings.formationFile()));
      PeerName sender = formation.ofNode(from).orElseThrow().name();
      PeerName receiver = formation.ofNode(to).orElseThrow().name();
      header =
          RaftRpcRequestProto.newBuilder()
              .setRequestorId(RatisPeers.id(sender).toByteString())
              .setReplyId(RatisPeers.id(receiver).toByteString())
              .setRaftGroupId(
                  RaftGroupIdProto.newBuilder()
                      .setId(RaftGroupId.valueOf(settings.groupId()).toByteString()))
              .build();
    }

    /** So many behind one of {@link #TERM}, {@code atOnce} in a request at most. */
    List<AppendEntriesRequestProto> all(long first, int count, int atOnce) {
      List<AppendEntriesRequestProto> all = new ArrayList<>();
      for (long next = first; next < first + count; next += atOnce) {
        all.add(some(TERM, next, (int) Math.min(atOnce, first + count - next)));
      }
      return all;
    }

    /** So many of {@link #TERM}, that say nothing, behind one of the term given. */
    AppendEntriesRequestProto some(long previousTerm, long first, int count) {
      AppendEntriesRequestProto.Builder request =
          AppendEntriesRequestProto.newBuilder()
              .setServerRequest(header.toBuilder().setCallId(first))
              .setLeaderTerm(TERM)
              .setPreviousLog(
                  TermIndexProto.newBuilder().setTerm(previousTerm).setIndex(first - 1));
      for (long index = first; index < first + count; index++) {
        request.addEntries(
            LogEntryProto.newBuilder()
                .setTerm(TERM)
                .setIndex(index)
                .setMetadataEntry(MetadataProto.newBuilder().setCommitIndex(0)));
      }
      return request.build();
    }
  }

  /** A leader's, and what came back on it. */
  private static final class Connection
      implements StreamObserver<AppendEntriesReplyProto>, AutoCloseable {
    private final Set<String> replies = new ConcurrentSkipListSet<>();
    private volatile CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final ManagedChannel channel;
    private final StreamObserver<AppendEntriesRequestProto> requests;

    Connection(TestQuorum quorum, int to) {
      channel =
          NettyChannelBuilder.forAddress("127.0.0.1", quorum.settings(to).listenPort())
              .usePlaintext()
              .build();
      requests = RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(this);
    }

    /** Sends all of them, whatever comes back. */
    void send(List<AppendEntriesRequestProto> all) {
      replies.clear();
      ended = new CompletableFuture<>();
      unanswered.set(all.size());
      all.forEach(requests::onNext);
    }

    /** What the replies say, when all have come. */
    Set<String> replies() throws Exception {
      ended.get(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS);
      return Set.copyOf(replies);
    }

    @Override
    public void onNext(AppendEntriesReplyProto reply) {
      replies.add(reply.getResult().name());
      if (unanswered.decrementAndGet() == 0) {
        ended.complete(null);
      }
    }

    @Override
    public void onError(Throwable failure) {
      replies.add(failure.toString());
      ended.complete(null);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
