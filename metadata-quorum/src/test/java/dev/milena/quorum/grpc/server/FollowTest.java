package dev.milena.quorum.grpc.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.Steps;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerServer;
import dev.milena.quorum.grpc.TestMember;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.store.RecordStream;
import io.grpc.Metadata;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.TreePMap;

/** The stream of records as a member gives it, message by message. */
class FollowTest {
  private static final String CLUSTER = "mmK6zBn3RCWi-ubJ9YIe-Q";
  private static final FollowRequest FROM_NOTHING =
      FollowRequest.newBuilder().setAppliedIndex(-1).setLastStep(-1).build();

  @TempDir Path folder;
  private final PeerChannels channels = new PeerChannels("a test");
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final TestQuorum quorum = new TestQuorum();

  private record Served(TestMember member, FollowersLoop followers, PeerServer server) {}

  private Served open(long journalBytes) throws Exception {
    return open(journalBytes, FollowersLoop.FollowerBounds.DEFAULT);
  }

  private Served open(long journalBytes, FollowersLoop.FollowerBounds bounds) throws Exception {
    quorum.bringUpBroker(1, "host-1", 9092);
    TestMember member = new TestMember(quorum, folder, journalBytes);
    FollowersLoop followers = new FollowersLoop(member, id -> Optional.empty(), bounds, fatal::add);
    NodeName node = new NodeName(CLUSTER, 1, () -> IncarnationId.NONE);
    var handler = new QuorumAccessHandler(node, member, id -> Optional.empty(), followers);
    PeerServer server =
        new PeerServer(0, List.of(ServerInterceptors.intercept(handler, new PeerGate(CLUSTER))));
    opened.addAll(List.of(followers, channels, server, member));
    return new Served(member, followers, server);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    assertEquals(List.of(), fatal);
  }

  @Test
  void aFollowerGetsEveryStepOnceInOrderAndThenThoseThatCome() throws Exception {
    Served here = open(1 << 20);
    quorum.appendTopics(0, 100);
    Reader reader = follow(here, FROM_NOTHING);
    Eventually.holds("the past", () -> reader.through() == quorum.lastIndex());
    quorum.appendTopics(100, 100);
    Eventually.holds("the present", () -> reader.through() == quorum.lastIndex());

    assertEquals(journal(here), reader.steps());
    assertEquals(0, reader.count(FollowResponse::hasSnapshotHead));
  }

  @Test
  void aFollowerGoesOnWhereItsPlaceIs() throws Exception {
    Served here = open(1 << 20);
    quorum.appendTopics(0, 50);
    List<JournalStep> before = journal(here);
    FollowRequest place = at(quorum.lastIndex(), before.getLast());
    quorum.appendTopics(50, 50);

    Reader reader = follow(here, place);

    Eventually.holds("all that came since", () -> reader.through() == quorum.lastIndex());
    assertEquals(journal(here).subList(before.size(), journal(here).size()), reader.steps());
  }

  @Test
  void aPlaceThatIsNotOursIsGivenTheWholeImage() throws Exception {
    Served here = open(1 << 20);
    quorum.appendTopics(0, 50);
    JournalStep last = journal(here).getLast();
    JournalStep tenth = journal(here).get(10);
    FollowRequest otherHash = at(quorum.lastIndex(), last).toBuilder().setRollingHash(1).build();
    FollowRequest missed = at(quorum.lastIndex(), tenth);
    FollowRequest noStepThere = at(quorum.lastIndex(), last).toBuilder().setLastStep(3).build();
    FollowRequest noSteps = FROM_NOTHING.toBuilder().setAppliedIndex(quorum.lastIndex()).build();
    FollowRequest asked = at(quorum.lastIndex(), last).toBuilder().setWhole(true).build();

    for (FollowRequest request : List.of(otherHash, missed, noStepThere, noSteps, asked)) {
      Reader reader = follow(here, request);
      Eventually.holds("an image", () -> reader.count(FollowResponse::hasSnapshotEnd) == 1);
      FollowResponse head = reader.got.getFirst();
      assertEquals(quorum.lastIndex(), head.getSnapshotHead().getIndex(), request.toString());
      assertEquals(last.index(), head.getSnapshotHead().getLastStep());
      assertEquals(last.rollingHash(), head.getSnapshotHead().getRollingHash());
    }
  }

  @Test
  void whereTheJournalBeginsTooLateTheImageComesFirst() throws Exception {
    Served here = open(4_000);
    quorum.appendTopics(0, 200);
    Reader reader = follow(here, FROM_NOTHING);
    Eventually.holds("an image", () -> reader.count(FollowResponse::hasSnapshotEnd) == 1);
    long index = reader.got.getFirst().getSnapshotHead().getIndex();
    quorum.appendTopics(200, 20);

    Eventually.holds("what came since", () -> reader.through() == quorum.lastIndex());

    assertTrue(reader.steps().getFirst().index() > index);
    assertEquals(
        reader.got.getFirst().getSnapshotHead().getLastStep(),
        reader.steps().getFirst().previousIndex());
  }

  @Test
  void aMemberThatIsBehindTheFollowerSendsItAway() throws Exception {
    Served here = open(1 << 20);
    Reader reader =
        follow(here, FROM_NOTHING.toBuilder().setAppliedIndex(quorum.lastIndex() + 1).build());

    Eventually.holds("an end", () -> reader.end.getCode() != Status.Code.OK);
    assertEquals(Status.Code.FAILED_PRECONDITION, reader.end.getCode());
    assertTrue(reader.end.toString().contains("ask another member"));
    Eventually.holds("none left", () -> here.followers().size() == 0);
  }

  @Test
  void aRequestThatContradictsItselfIsRefused() throws Exception {
    Served here = open(1 << 20);
    for (FollowRequest wrong :
        List.of(
            FollowRequest.newBuilder().setAppliedIndex(1).setLastStep(2).build(),
            FollowRequest.newBuilder().setAppliedIndex(1).setLastStep(-2).build(),
            FROM_NOTHING.toBuilder().setRollingHash(5).build())) {
      Reader reader = follow(here, wrong);
      Eventually.holds("an end", () -> reader.end.getCode() != Status.Code.OK);
      assertEquals(Status.Code.INVALID_ARGUMENT, reader.end.getCode());
    }
  }

  @Test
  void aQuietMemberSaysHowFarItIsWhileItKnowsOfALeaderAndNothingWhenItDoesNot() throws Exception {
    Served here = open(1 << 20);
    Reader reader = follow(here, FROM_NOTHING);
    Eventually.holds("idle marks", () -> reader.got.size() >= 10);
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < 10; i++) {
      gaps.add(reader.nanos.get(i) - reader.nanos.get(i - 1));
    }
    gaps.sort(null);
    // the median: this machine has other things to do
    assertTrue(gaps.get(4) < TimeUnit.MILLISECONDS.toNanos(500), gaps + " ns between two");
    assertTrue(reader.got.getLast().hasLeaderAgeMs());

    here.member().cutOff(true);
    long barrier = quorum.appendBarrier();

    Eventually.holds("the barrier", () -> reader.through() == barrier);
    assertFalse(reader.got.getLast().hasLeaderAgeMs());
    int marks = reader.got.size();
    Reader other = follow(here, FROM_NOTHING);
    Eventually.holds("the other follower", () -> other.through() == barrier);
    assertEquals(marks, reader.got.size());
  }

  @Test
  void aFollowerThatDoesNotReadIsWrittenNothingAndKeepsNobodyWaiting() throws Exception {
    Served here = open(1 << 22);
    Reader slow = follow(here, FROM_NOTHING, 1);
    Eventually.holds("one message", () -> slow.got.size() == 1);
    for (int i = 0; i < 600; i++) {
      quorum.append(TestQuorum.createTopic("wide-" + i, 300));
    }
    Reader quick = follow(here, FROM_NOTHING);
    Eventually.holds("the quick one", () -> quick.through() == quorum.lastIndex());
    assertEquals(1, slow.got.size());

    slow.call().request(1_000_000);
    Eventually.holds("the slow one", () -> slow.through() == quorum.lastIndex());
    assertEquals(journal(here), slow.steps());
    // small ones until gRPC said stop, about a MiB, and whole pages since
    assertTrue(slow.got.size() < 400, slow.got.size() + " messages for 600 steps");
  }

  @Test
  void aStepOfSeveralMegabytesComesInPartsOfAPage() throws Exception {
    Served here = open(1 << 26);
    for (int id = 0; id < 32; id++) {
      quorum.bringUpBroker(200_000_000 + id, "h", 9092);
    }
    quorum.append(
        new MetadataCommand.CreateTopic(
            "wide", 10_000, new ReplicaPlan.Factor(32), TreePMap.<String, String>empty(), 0));
    quorum.appendTopics(0, 5);
    Reader reader = follow(here, FROM_NOTHING);
    Eventually.holds("everything", () -> reader.through() == quorum.lastIndex());

    assertTrue(reader.count(FollowResponse::hasStepPart) > 2);
    assertTrue(reader.got.stream().allMatch(one -> one.getSerializedSize() < (1 << 20) + 1_000));
    assertEquals(journal(here), reader.steps());
  }

  @Test
  void soManyMayFollowAndFewerOfThoseThatNobodyKnows() throws Exception {
    Served here = open(1 << 20, new FollowersLoop.FollowerBounds(5, 2));
    Reader first = follow(here, FROM_NOTHING);
    follow(here, FROM_NOTHING);
    Eventually.holds("two", () -> here.followers().size() == 2);

    Reader third = follow(here, FROM_NOTHING);
    Eventually.holds("a refusal", () -> third.end.getCode() != Status.Code.OK);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, third.end.getCode());

    first.call().cancel("a test", null);
    Eventually.holds("one left", () -> here.followers().size() == 1);
    Reader fourth = follow(here, FROM_NOTHING);
    Eventually.holds("room", () -> fourth.through() == quorum.lastIndex());
  }

  @Test
  void whenTheMemberStopsItsFollowersAreToldToGoElsewhere() throws Exception {
    Served here = open(1 << 20);
    Reader reader = follow(here, FROM_NOTHING);
    Eventually.holds("it follows", () -> reader.through() == quorum.lastIndex());

    here.followers().close();

    Eventually.holds("an end", () -> reader.end.getCode() != Status.Code.OK);
    assertEquals(Status.Code.UNAVAILABLE, reader.end.getCode());
  }

  private List<JournalStep> journal(Served here) throws Exception {
    return ((RecordStream.Page.Steps) here.member().stream().read(0, 1 << 30)).steps();
  }

  private static FollowRequest at(long index, JournalStep lastStep) {
    return FollowRequest.newBuilder()
        .setAppliedIndex(index)
        .setLastStep(lastStep.index())
        .setRollingHash(lastStep.rollingHash())
        .build();
  }

  private Reader follow(Served here, FollowRequest request) {
    return follow(here, request, 1_000_000);
  }

  private Reader follow(Served here, FollowRequest request, int messages) {
    Metadata headers = new Metadata();
    headers.put(PeerHeaders.CLUSTER, CLUSTER);
    Reader reader = new Reader(messages);
    QuorumAccessGrpc.newStub(channels.to(here.server().address()))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .follow(request, reader);
    return reader;
  }

  /** Keeps all it gets. */
  private static final class Reader
      implements ClientResponseObserver<FollowRequest, FollowResponse> {
    final CopyOnWriteArrayList<FollowResponse> got = new CopyOnWriteArrayList<>();
    final CopyOnWriteArrayList<Long> nanos = new CopyOnWriteArrayList<>();
    final int messages;
    volatile Status end = Status.OK;
    private volatile @Nullable ClientCallStreamObserver<FollowRequest> call;

    Reader(int messages) {
      this.messages = messages;
    }

    ClientCallStreamObserver<FollowRequest> call() {
      return Objects.requireNonNull(call);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FollowRequest> stream) {
      call = stream;
      stream.disableAutoRequestWithInitial(messages);
    }

    @Override
    public void onNext(FollowResponse message) {
      nanos.add(System.nanoTime());
      got.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      end = Status.fromThrowable(failure);
    }

    @Override
    public void onCompleted() {
      end = Status.ABORTED.withDescription("completed");
    }

    long through() {
      long through = -1;
      for (FollowResponse one : got) {
        through =
            switch (one.getPartCase()) {
              case STEPS -> one.getSteps().getThroughIndex();
              case STEP_PART -> one.getStepPart().getIndex();
              case SNAPSHOT_HEAD -> one.getSnapshotHead().getIndex();
              case SNAPSHOT_ROWS, SNAPSHOT_END, PART_NOT_SET -> through;
            };
      }
      return through;
    }

    long count(Predicate<FollowResponse> kind) {
      return got.stream().filter(kind).count();
    }

    List<JournalStep> steps() throws Exception {
      List<JournalStep> steps = new ArrayList<>();
      ByteString parts = ByteString.EMPTY;
      for (FollowResponse one : got) {
        Steps page = one.getSteps();
        for (int i = 0; i < page.getStepsCount(); i++) {
          steps.add(RecordCodec.read(page.getSteps(i).toByteArray()));
        }
        if (one.hasStepPart()) {
          parts = parts.concat(one.getStepPart().getPart());
          if (one.getStepPart().getLast()) {
            steps.add(RecordCodec.read(parts.toByteArray()));
            parts = ByteString.EMPTY;
          }
        }
      }
      return steps;
    }
  }
}
