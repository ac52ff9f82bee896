package dev.milena.quorum.grpc.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.AwaitSpreadRequest;
import dev.milena.proto.peer.v1.BrokerBeat;
import dev.milena.proto.peer.v1.BrokerSessionsGrpc;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.IncarnationBytes;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.TestDesk;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerSessionsTest {
  private static final IncarnationId RUN = new IncarnationId(3, 4);

  @TempDir Path folder;
  private final PeerChannels channels = new PeerChannels("a test");
  private final TestQuorum quorum = new TestQuorum();
  private TestNode node;

  @BeforeEach
  void open() throws Exception {
    quorum.bringUpBroker(1, "host-1", 9092);
    node = new TestNode(quorum, 1, folder, 1 << 20);
    node.desk().staffed(true);
  }

  @AfterEach
  void close() throws Exception {
    channels.close();
    node.close();
  }

  @Test
  void aBeatIsAnsweredWithTheTermAndHowFarTheLeaderIs() {
    Answers answers = new Answers();
    StreamObserver<BrokerBeat> beats = stub(true).session(answers);
    beats.onNext(beat(5));
    Eventually.holds("an answer", () -> answers.got.size() == 1);

    assertEquals(quorum.lastIndex(), answers.got.getFirst().getHeard().getAppliedIndex());
    assertEquals(3, answers.got.getFirst().getHeard().getTerm());
    assertEquals(List.of(new Beat(5, true, false)), node.desk().beats());

    beats.onCompleted();
    Eventually.holds("the end", () -> answers.end.getCode() == Status.Code.OK && answers.over);
    assertEquals(List.of("opened 5 " + RUN + " #1", "ended 5 #1"), node.desk().reports());
  }

  @Test
  void aBeatSaysWhatTheBrokersClockShowsAndItsAnswerWhatTheClustersDoes() {
    long before = monotonicMs();
    Answers answers = new Answers();
    StreamObserver<BrokerBeat> beats = stub(true).session(answers);
    beats.onNext(beat(5));
    Eventually.holds("an answer", () -> answers.got.size() == 1);
    assertEquals(List.of(), node.desk().walls(), "of a release that does not say it");
    assertFalse(answers.got.getFirst().getHeard().hasClusterTimeMs());

    node.desk().clusterTimeIs(1_000_000);
    beats.onNext(beat(5).toBuilder().setWallClockMs(-7).build());
    Eventually.holds("an answer", () -> answers.got.size() == 2);
    assertEquals(List.of(-7L), node.desk().walls());
    long said = answers.got.getLast().getHeard().getClusterTimeMs() - 1_000_000;
    assertTrue(before <= said && said <= monotonicMs(), before + " " + said);
    beats.onCompleted();
    Eventually.holds("the end", () -> answers.over);
  }

  private static long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Test
  void whoeverIsNotKnownHasNoSessionAndIsNotToldOfTheSpread() {
    Answers answers = new Answers();
    stub(false).session(answers).onNext(beat(5));
    Eventually.holds("a refusal", () -> answers.over);
    assertEquals(Status.Code.UNAUTHENTICATED, answers.end.getCode());
    assertEquals(Status.Code.UNAUTHENTICATED, spreadRefused(false, 1_000));
    assertEquals(List.of(), node.desk().reports());
  }

  @Test
  void aMemberThatDoesNotLeadSaysWhoDoes() {
    node.desk().staffed(false);
    Answers answers = new Answers();
    stub(true).session(answers).onNext(beat(5));
    Eventually.holds("the end", () -> answers.over);
    assertEquals(Status.Code.OK, answers.end.getCode());
    assertEquals(
        "host-1", answers.got.getFirst().getNotLeader().getLeader().getAddress().getHost());
    var spread =
        blocking(true).awaitSpread(AwaitSpreadRequest.newBuilder().setTimeoutMs(9).build());
    assertEquals(1, spread.getNotLeader().getLeader().getNodeId());

    quorum.leaderIs(OptionalInt.empty());
    Answers nobody = new Answers();
    stub(true).session(nobody).onNext(beat(5));
    Eventually.holds("the end", () -> nobody.over);
    assertFalse(nobody.got.getFirst().getNotLeader().hasLeader());
  }

  @Test
  void whatLeavesItsBoundsIsRefused() {
    Answers answers = new Answers();
    stub(true)
        .session(answers)
        .onNext(BrokerBeat.newBuilder().setIncarnation(ByteString.copyFromUtf8("x")).build());
    Eventually.holds("a refusal", () -> answers.over);
    assertEquals(Status.Code.INVALID_ARGUMENT, answers.end.getCode());
    assertEquals(Status.Code.INVALID_ARGUMENT, spreadRefused(true, 0));
    assertEquals(
        Status.Code.INVALID_ARGUMENT, spreadRefused(true, BrokerSessionsHandler.MAX_SPREAD_MS + 1));
  }

  @Test
  void aBrokerThatDoesNotReadItsAnswersIsNotReadEither() {
    List<Integer> requests = new ArrayList<>();
    List<LeaderBeat> written = new ArrayList<>();
    boolean[] ready = {true};
    ServerCallStreamObserver<LeaderBeat> out = new Unread(requests, written, ready);
    TestDesk desk = new TestDesk();
    desk.staffed(true);
    SessionStream stream =
        new SessionStream(5, 1, desk, out, byLeader -> LeaderBeat.getDefaultInstance());
    stream.begin();
    assertTrue(stream.beat(beat(1)));
    assertEquals(2, requests.size());

    ready[0] = false;
    assertTrue(stream.beat(beat(2)));
    assertEquals(2, requests.size());
    ready[0] = true;
    stream.ready();
    stream.ready();
    assertEquals(3, requests.size());

    stream.gone();
    stream.gone();
    assertFalse(stream.beat(beat(3)));
    stream.dismiss();
    assertEquals(2, written.size());
    assertEquals(List.of("opened 5 " + RUN + " #1", "ended 5 #1"), desk.reports());
  }

  @Test
  void theDeskKnowsOfAnEndBeforeTheBrokerDoes() {
    for (Consumer<SessionStream> ending :
        List.<Consumer<SessionStream>>of(
            SessionStream::dismiss,
            SessionStream::complete,
            stream -> stream.end(Status.ABORTED, "a test"))) {
      TestDesk desk = new TestDesk();
      desk.staffed(true);
      List<List<String>> known = new ArrayList<>();
      Unread out = new Unread(new ArrayList<>(), new ArrayList<>(), new boolean[] {true});
      SessionStream stream =
          new SessionStream(5, 1, desk, out, byLeader -> LeaderBeat.getDefaultInstance());
      stream.beat(beat(1));
      out.whenTold = () -> known.add(desk.reports());

      ending.accept(stream);

      assertFalse(known.isEmpty());
      known.forEach(
          reports -> assertEquals(List.of("opened 5 " + RUN + " #1", "ended 5 #1"), reports));
    }
  }

  private static BrokerBeat beat(long index) {
    return BrokerBeat.newBuilder()
        .setIncarnation(IncarnationBytes.of(RUN))
        .setAcknowledgedIndex(index)
        .setReady(true)
        .build();
  }

  private Status.Code spreadRefused(boolean withToken, int timeoutMs) {
    AwaitSpreadRequest request = AwaitSpreadRequest.newBuilder().setTimeoutMs(timeoutMs).build();
    return assertThrows(
            StatusRuntimeException.class, () -> blocking(withToken).awaitSpread(request))
        .getStatus()
        .getCode();
  }

  private BrokerSessionsGrpc.BrokerSessionsBlockingStub blocking(boolean withToken) {
    return BrokerSessionsGrpc.newBlockingStub(channels.to(node.address()))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(withToken)))
        .withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private BrokerSessionsGrpc.BrokerSessionsStub stub(boolean withToken) {
    return BrokerSessionsGrpc.newStub(channels.to(node.address()))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(withToken)));
  }

  private static Metadata headers(boolean withToken) {
    Metadata headers = new Metadata();
    headers.put(PeerHeaders.CLUSTER, TestNode.CLUSTER);
    if (withToken) {
      headers.put(PeerHeaders.BROKER, Integer.toString(TestNode.BROKER.brokerId()));
      headers.put(PeerHeaders.TOKEN, TestNode.TOKEN.bytes());
    }
    return headers;
  }

  /** Keeps all it gets. */
  private static final class Answers implements StreamObserver<LeaderBeat> {
    final CopyOnWriteArrayList<LeaderBeat> got = new CopyOnWriteArrayList<>();
    volatile Status end = Status.OK;
    volatile boolean over;

    @Override
    public void onNext(LeaderBeat beat) {
      got.add(beat);
    }

    @Override
    public void onError(Throwable failure) {
      end = Status.fromThrowable(failure);
      over = true;
    }

    @Override
    public void onCompleted() {
      over = true;
    }
  }

  /** A client's side that takes what it likes. */
  private static final class Unread extends ServerCallStreamObserver<LeaderBeat> {
    private final List<Integer> requests;
    private final List<LeaderBeat> written;
    private final boolean[] ready;
    private Runnable whenTold = () -> {};

    Unread(List<Integer> requests, List<LeaderBeat> written, boolean[] ready) {
      this.requests = requests;
      this.written = written;
      this.ready = ready;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return ready[0];
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {
      requests.add(count);
    }

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void onNext(LeaderBeat beat) {
      written.add(beat);
      whenTold.run();
    }

    @Override
    public void onError(Throwable failure) {
      whenTold.run();
    }

    @Override
    public void onCompleted() {
      whenTold.run();
    }
  }
}
