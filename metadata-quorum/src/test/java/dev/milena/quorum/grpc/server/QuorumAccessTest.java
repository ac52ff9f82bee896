package dev.milena.quorum.grpc.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.ReadIndexRequest;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.proto.peer.v1.SubmitResponse;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.IncarnationBytes;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerServer;
import dev.milena.quorum.grpc.TestDesk;
import dev.milena.quorum.grpc.TestMember;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.store.RecordStream;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class QuorumAccessTest {
  private static final String CLUSTER = "mmK6zBn3RCWi-ubJ9YIe-Q";
  private static final IncarnationId RUN = new IncarnationId(11, 12);
  private static final BrokerToken TOKEN = BrokerToken.fresh(new SecureRandom());

  @TempDir Path folder;
  private final PeerChannels channels = new PeerChannels("a test");
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private TestQuorum quorum;
  private TestMember member;
  private PeerServicesWiring wiring;
  private PeerServer server;

  @BeforeEach
  void open() throws Exception {
    quorum = new TestQuorum();
    quorum.bringUpBroker(1, "host-1", 9092);
    member = new TestMember(quorum, folder, 1 << 20);
    wiring =
        PeerServicesWiring.ofMember(
            new NodeName(CLUSTER, 1, () -> RUN),
            member,
            new TestDesk(),
            id -> id == 5 ? Optional.of(TOKEN.hash()) : Optional.empty(),
            fatal::add);
    server = new PeerServer(0, wiring.services());
  }

  @AfterEach
  void close() throws Exception {
    wiring.close();
    channels.close();
    server.close();
    member.close();
    assertEquals(0, fatal.size(), fatal.toString());
  }

  @Test
  void aNewNodeLearnsTheClusterAndWhoLeads() {
    IntroduceResponse answer =
        stub(new Metadata()).introduce(IntroduceRequest.getDefaultInstance());

    assertEquals(CLUSTER, answer.getClusterId());
    assertEquals(1, answer.getNodeId());
    assertEquals(quorum.lastIndex(), answer.getAppliedIndex());
    assertEquals("host-1", answer.getLeader().getAddress().getHost());
    assertEquals(9092, answer.getLeader().getAddress().getPort());
    assertEquals(9093, answer.getVoters(0).getPort());

    quorum.leaderIs(OptionalInt.of(2));
    IntroduceResponse unregistered =
        stub(cluster()).introduce(IntroduceRequest.newBuilder().build());
    assertEquals(2, unregistered.getLeader().getNodeId());
    assertFalse(unregistered.getLeader().hasAddress());

    quorum.leaderIs(OptionalInt.empty());
    assertFalse(stub(cluster()).introduce(IntroduceRequest.getDefaultInstance()).hasLeader());
  }

  @Test
  void aCallForAnotherClusterIsRefusedWithBothIds() {
    Metadata other = new Metadata();
    other.put(PeerHeaders.CLUSTER, "another-cluster");
    String refusal =
        refused(
            Status.Code.FAILED_PRECONDITION,
            () -> stub(other).introduce(IntroduceRequest.getDefaultInstance()));
    assertTrue(refusal.contains(CLUSTER) && refusal.contains("another-cluster"), refusal);

    refused(Status.Code.FAILED_PRECONDITION, () -> submit(new Metadata(), topic()));
    refused(
        Status.Code.FAILED_PRECONDITION,
        () ->
            NodePresenceGrpc.newBlockingStub(channels.to(server.address()))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(other))
                .ping(PingRequest.getDefaultInstance()));
  }

  @Test
  void headersThatAreNoneAreNamed() {
    Metadata half = cluster();
    half.put(PeerHeaders.BROKER, "5");
    refused(Status.Code.INVALID_ARGUMENT, () -> submit(half, topic()));
    Metadata word = cluster();
    word.put(PeerHeaders.BROKER, "five");
    word.put(PeerHeaders.TOKEN, TOKEN.bytes());
    String refusal = refused(Status.Code.INVALID_ARGUMENT, () -> submit(word, topic()));
    assertTrue(refusal.contains("milena-broker"), refusal);
    Metadata small = cluster();
    small.put(PeerHeaders.BROKER, "5");
    small.put(PeerHeaders.TOKEN, new byte[BrokerToken.MIN_BYTES - 1]);
    refused(Status.Code.INVALID_ARGUMENT, () -> submit(small, topic()));
  }

  @Test
  void aRegisteredBrokerMaySubmitAnything() throws Exception {
    QuorumAnswer answer = answer(submit(broker(5, TOKEN), topic()));

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    assertTrue(member.view().image().topic("t").isPresent());
    assertEquals("alice", lastStep().origin().principal());
  }

  @Test
  void whoeverIsNotKnownMayOnlyRegisterAndUnderItsAddressNotItsWord() throws Exception {
    BrokerToken wrong = BrokerToken.fresh(new SecureRandom());
    refused(Status.Code.UNAUTHENTICATED, () -> submit(cluster(), topic()));
    refused(Status.Code.UNAUTHENTICATED, () -> submit(broker(5, wrong), topic()));
    refused(Status.Code.UNAUTHENTICATED, () -> submit(broker(6, TOKEN), topic()));
    refused(
        Status.Code.UNAUTHENTICATED,
        () -> submit(cluster(), new MetadataCommand.FenceBroker(1, 1)));

    QuorumAnswer answer =
        answer(submit(broker(6, wrong), TestQuorum.registerBroker(6, "host-6", 9092)));

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    assertEquals("broker:6", lastStep().origin().principal());
    assertTrue(lastStep().origin().address().startsWith("127.0.0.1:"), lastStep().toString());
  }

  @Test
  void bytesThatAreNoCommandNeedATokenAndAreRefusedByTheQuorum() throws Exception {
    SubmitRequest nonsense =
        SubmitRequest.newBuilder()
            .setSubmission(ByteString.copyFromUtf8("\u0008garbage"))
            .setTimeoutMs(1_000)
            .build();
    refused(Status.Code.UNAUTHENTICATED, () -> stub(cluster()).submit(nonsense));
    assertInstanceOf(QuorumAnswer.Refused.class, answer(stub(broker(5, TOKEN)).submit(nonsense)));
  }

  @Test
  void everyWayAnAnswerCanEndIsCarried() {
    member.answer(TestMember.Answering.DECIDED_BUT_UNKNOWN);
    assertTrue(submit(broker(5, TOKEN), topic()).hasUnknown());

    member.answer(TestMember.Answering.UNAVAILABLE);
    SubmitResponse unavailable = submit(broker(5, TOKEN), topic());
    assertEquals("no leader, says a test", unavailable.getUnavailable().getWhy());
    assertTrue(stub(cluster()).readIndex(read(1_000)).hasUnavailable());
  }

  @Test
  void theReadIndexIsAtOrBehindWhatWasAnswered() {
    long before = quorum.lastIndex();
    assertTrue(stub(cluster()).readIndex(read(1_000)).getIndex() >= before);
  }

  @Test
  void timesOutOfBoundsAreRefused() {
    for (int timeoutMs : new int[] {0, -1, QuorumAccessHandler.MAX_TIMEOUT_MS + 1}) {
      refused(Status.Code.INVALID_ARGUMENT, () -> stub(cluster()).readIndex(read(timeoutMs)));
    }
  }

  @Test
  void aPingSaysWhichRunAnswers() {
    var answer =
        NodePresenceGrpc.newBlockingStub(channels.to(server.address()))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(cluster()))
            .ping(PingRequest.getDefaultInstance());

    assertEquals(1, answer.getNodeId());
    assertEquals(Optional.of(RUN), IncarnationBytes.read(answer.getIncarnation()));
  }

  @Test
  void registrationsOfWhoeverIsNotKnownAreBounded() {
    member.answer(TestMember.Answering.NEVER);
    for (int i = 0; i < Submissions.MAX_REGISTRATIONS; i++) {
      var _ =
          QuorumAccessGrpc.newFutureStub(channels.to(server.address()))
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(cluster()))
              .submit(request(TestQuorum.registerBroker(100 + i, "h", 1)));
    }
    Eventually.holds("all under way", () -> member.submissions() == Submissions.MAX_REGISTRATIONS);
    String refusal =
        refused(
            Status.Code.RESOURCE_EXHAUSTED,
            () -> submit(cluster(), TestQuorum.registerBroker(7, "h", 1)));
    assertTrue(refusal.contains("ask another member"), refusal);
  }

  @Test
  void registrationOfWhoeverIsNotKnownIsLookedAtBeforeTheQuorumHasTo() throws Exception {
    QuorumAnswer.Refused blank =
        assertInstanceOf(
            QuorumAnswer.Refused.class,
            answer(submit(cluster(), TestQuorum.registerBroker(7, " ", 1))));
    assertEquals(RefusalReason.INVALID_BROKER, blank.refusal().reason());

    List<PartitionId> held =
        IntStream.range(0, 10_000).mapToObj(i -> new PartitionId(new TopicId(i, i), i)).toList();
    String refusal =
        refused(
            Status.Code.INVALID_ARGUMENT,
            () ->
                submit(
                    cluster(),
                    new MetadataCommand.RegisterBroker(
                        7,
                        new BrokerDescription("h", 1, "", "", "", false),
                        RUN,
                        IncarnationId.NONE,
                        "",
                        List.of(),
                        held)));
    assertTrue(refusal.contains("at most 65536 bytes"), refusal);
    assertEquals(0, member.submissions());
  }

  @Test
  void registrationOfWhoeverIsNotKnownHasTenSeconds() {
    SubmitRequest patient =
        request(TestQuorum.registerBroker(7, "h", 1)).toBuilder().setTimeoutMs(300_000).build();
    var _ = stub(cluster()).submit(patient);

    assertEquals(10_000, member.lastTimeoutMs());
  }

  @Test
  void aTokenNeverShowsItself() {
    assertFalse(TOKEN.toString().contains(TOKEN.hash()));
    assertTrue(BrokerToken.sameHash(TOKEN.hash(), BrokerToken.of(TOKEN.bytes()).hash()));
    assertThrows(IllegalArgumentException.class, () -> BrokerToken.of(new byte[65]));
    assertEquals(43, TOKEN.hash().length());
  }

  private JournalStep lastStep() throws Exception {
    var page = (RecordStream.Page.Steps) member.stream().read(0, 1 << 20);
    return page.steps().getLast();
  }

  private static MetadataCommand topic() {
    return TestQuorum.createTopic("t", 1);
  }

  private static ReadIndexRequest read(int timeoutMs) {
    return ReadIndexRequest.newBuilder().setTimeoutMs(timeoutMs).build();
  }

  private SubmitResponse submit(Metadata headers, MetadataCommand command) {
    return stub(headers).submit(request(command));
  }

  private static SubmitRequest request(MetadataCommand command) {
    CommandOrigin origin = TestQuorum.ORIGIN;
    byte[] bytes = CommandCodec.encode(new SubmittedCommand(new RequestId(1, 2), origin, command));
    return SubmitRequest.newBuilder()
        .setSubmission(ByteString.copyFrom(bytes))
        .setTimeoutMs(1_000)
        .build();
  }

  private static QuorumAnswer answer(SubmitResponse response) throws Exception {
    return AnswerCodec.decode(response.getAnswer().asReadOnlyByteBuffer());
  }

  private static Metadata cluster() {
    Metadata headers = new Metadata();
    headers.put(PeerHeaders.CLUSTER, CLUSTER);
    return headers;
  }

  private static Metadata broker(int id, BrokerToken token) {
    Metadata headers = cluster();
    headers.put(PeerHeaders.BROKER, Integer.toString(id));
    headers.put(PeerHeaders.TOKEN, token.bytes());
    return headers;
  }

  private QuorumAccessGrpc.QuorumAccessBlockingStub stub(Metadata headers) {
    return QuorumAccessGrpc.newBlockingStub(channels.to(server.address()))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private static String refused(Status.Code code, Executable call) {
    StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(code, refusal.getStatus().getCode(), refusal.toString());
    return String.valueOf(refusal.getStatus().getDescription());
  }
}
