package dev.milena.quorum.grpc.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.quorum.grpc.BrokerSecret;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.RunTokens;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.client.RegistrationCalls;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may take the place of a broker that is up. */
@Timeout(60)
class TakeOverTest {
  private static final int VICTIM = 6;
  private static final IncarnationId LIVE = new IncarnationId(6, 1);
  private static final IncarnationId NEXT = new IncarnationId(6, 2);

  @TempDir Path folder;
  private final BrokerSecret secret = BrokerSecret.fresh(new SecureRandom());
  private final PeerChannels channels = new PeerChannels("a test");
  private TestQuorum quorum;
  private TestNode node;

  @BeforeEach
  void aBrokerIsUp() throws Exception {
    quorum = new TestQuorum();
    node = new TestNode(quorum, 1, folder, 1 << 20);
    quorum.append(registration(LIVE, IncarnationId.NONE, secret));
    quorum.append(new UnfenceBroker(VICTIM, row().brokerEpoch()));
  }

  @AfterEach
  void close() throws Exception {
    channels.close();
    node.close();
  }

  @Test
  void whoeverKnowsTheRunOfABrokerThatIsUpDoesNotPutItOut() throws Exception {
    BrokerSecret own = BrokerSecret.fresh(new SecureRandom());
    for (ByteString proof :
        List.of(
            ByteString.EMPTY,
            ByteString.copyFrom(own.token(LIVE).bytes()),
            ByteString.copyFrom(secret.token(NEXT).bytes()),
            ByteString.copyFrom(row().tokenHash(), StandardCharsets.US_ASCII),
            ByteString.copyFrom(new byte[3_000]))) {
      QuorumAnswer answer = submit(registration(NEXT, LIVE, own), proof, new Metadata());

      assertEquals(
          RefusalReason.BROKER_ID_IN_USE,
          assertInstanceOf(QuorumAnswer.Refused.class, answer).refusal().reason());
      assertEquals(LIVE, row().incarnation());
      assertFalse(row().fenced());
    }
  }

  @Test
  void theTokenOfTheRunThatIsUpProvesThatItIsOver() throws Exception {
    ByteString proof = ByteString.copyFrom(secret.token(LIVE).bytes());

    QuorumAnswer answer = submit(registration(NEXT, LIVE, secret), proof, new Metadata());

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    assertEquals(NEXT, row().incarnation());
    // its answer was lost: the row has its hash by now, and the proof is of no use any more
    assertInstanceOf(
        QuorumAnswer.Decided.class,
        submit(registration(NEXT, LIVE, secret), proof, new Metadata()));
    quorum.append(new UnfenceBroker(VICTIM, row().brokerEpoch()));
    IncarnationId late = new IncarnationId(6, 3);
    assertInstanceOf(
        QuorumAnswer.Refused.class,
        submit(registration(late, LIVE, secret), proof, new Metadata()));
    assertInstanceOf(
        QuorumAnswer.Refused.class,
        submit(registration(late, NEXT, secret), proof, new Metadata()));
  }

  @Test
  void noTokenIsEverInTheLog() throws Exception {
    byte[] token = secret.token(LIVE).bytes();
    ByteString proof = ByteString.copyFrom(token);
    submit(registration(NEXT, new IncarnationId(9, 9), secret), proof, new Metadata());
    submit(registration(NEXT, LIVE, secret), proof, new Metadata());

    for (long index = 0; index <= quorum.lastIndex(); index++) {
      assertFalse(contains(quorum.entry(index), token), "entry " + index);
      assertFalse(contains(quorum.entry(index), secret.bytes()), "entry " + index);
    }
  }

  @Test
  void aNodeSendsTheTokenOfTheRunThatItReplaces() throws Exception {
    RunTokens tokens = new RunTokens(secret);
    String hash = tokens.begin(NEXT);
    assertEquals(secret.token(NEXT).hash(), hash);
    PeerIdentity self = new PeerIdentity(TestNode.CLUSTER, VICTIM, tokens);

    QuorumAnswer answer =
        RegistrationCalls.submit(channels, self, node.address(), registration(NEXT, LIVE, secret));

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    assertEquals(NEXT, row().incarnation());
  }

  @Test
  void aBrokerActsForNoOtherAndNotForTheLeader() throws Exception {
    long before = quorum.lastIndex();
    for (MetadataCommand command :
        List.of(
            new FenceBroker(VICTIM, row().brokerEpoch()),
            new StopBroker(VICTIM, row().brokerEpoch()),
            new UnfenceBroker(VICTIM, row().brokerEpoch()),
            new MetadataCommand.ReportLostReplicas(VICTIM, row().brokerEpoch(), List.of(), false),
            new MetadataCommand.CheckStateHash(1_000, 1),
            new MetadataCommand.NoteVoters(1_000, List.of()))) {
      StatusRuntimeException refused =
          assertThrows(
              StatusRuntimeException.class, () -> submit(command, ByteString.EMPTY, broker()));
      assertEquals(
          Status.Code.PERMISSION_DENIED, refused.getStatus().getCode(), command.toString());
    }
    assertEquals(before, quorum.lastIndex());
    assertInstanceOf(
        QuorumAnswer.Refused.class,
        submit(new StopBroker(5, 0), ByteString.EMPTY, broker()),
        "no such broker, says the quorum");
  }

  @Test
  void aRegistrationIsOfTheBrokerThatTheHeadersName() {
    Metadata other = new Metadata();
    other.put(PeerHeaders.BROKER, "7");
    other.put(PeerHeaders.TOKEN, new byte[32]);
    StatusRuntimeException refused =
        assertThrows(
            StatusRuntimeException.class,
            () -> submit(registration(NEXT, LIVE, secret), ByteString.EMPTY, other));
    assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
  }

  private BrokerImage row() {
    return node.member().view().image().broker(VICTIM).orElseThrow();
  }

  private static RegisterBroker registration(
      IncarnationId run, IncarnationId replaces, BrokerSecret secret) {
    return new RegisterBroker(
        VICTIM,
        new BrokerDescription("h", 9092, "", "", "", false),
        run,
        replaces,
        secret.token(run).hash(),
        List.of(),
        List.of());
  }

  private static Metadata broker() {
    Metadata headers = new Metadata();
    headers.put(PeerHeaders.BROKER, "5");
    headers.put(PeerHeaders.TOKEN, TestNode.TOKEN.bytes());
    return headers;
  }

  private QuorumAnswer submit(MetadataCommand command, ByteString proof, Metadata headers)
      throws Exception {
    headers.put(PeerHeaders.CLUSTER, TestNode.CLUSTER);
    byte[] bytes =
        CommandCodec.encode(new SubmittedCommand(RequestId.NONE, TestQuorum.ORIGIN, command));
    SubmitRequest request =
        SubmitRequest.newBuilder()
            .setSubmission(ByteString.copyFrom(bytes))
            .setTimeoutMs(1_000)
            .setReplacesToken(proof)
            .build();
    return AnswerCodec.decode(
        QuorumAccessGrpc.newBlockingStub(channels.to(node.address()))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .submit(request)
            .getAnswer()
            .asReadOnlyByteBuffer());
  }

  private static boolean contains(ByteBuffer entry, byte[] secret) {
    byte[] bytes = new byte[entry.remaining()];
    entry.duplicate().get(bytes);
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    return all.contains(new String(secret, StandardCharsets.ISO_8859_1));
  }
}
