package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.TestMember.Answering;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.view.FollowedPlace;
import dev.milena.quorum.view.PublishedView;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteQuorumTest {
  private static final long TIMEOUT_MS = 20_000;

  @TempDir Path folder;
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final TestQuorum quorum = new TestQuorum();
  private final List<TestNode> nodes = new ArrayList<>();
  private final PublishedView<FollowedPlace> view = new PublishedView<>(FollowedPlace.NOTHING);
  private final CopyOnWriteArrayList<PeerAddress> known = new CopyOnWriteArrayList<>();
  private RemoteQuorum remote;

  @BeforeEach
  void open() throws Exception {
    quorum.bringUpBroker(1, "host-1", 9092);
    for (int id = 1; id <= 3; id++) {
      TestNode node = new TestNode(quorum, id, folder, 1 << 20);
      nodes.add(node);
      known.add(node.address());
    }
    remote = remote(TestNode.BROKER);
  }

  private RemoteQuorum remote(PeerIdentity identity) {
    return new RemoteQuorum(
        new PeerCalls(channels, identity), () -> List.copyOf(known), view, 0, fatal::add);
  }

  @AfterEach
  void close() throws Exception {
    remote.close();
    channels.close();
    for (TestNode node : nodes) {
      node.close();
    }
    assertEquals(List.of(), fatal);
  }

  @Test
  void aCommandIsDecidedAndARefusalComesBackWithItsReason() throws Exception {
    QuorumAnswer created = await(submit(TestQuorum.createTopic("t", 3), TIMEOUT_MS));
    QuorumAnswer again = await(submit(TestQuorum.createTopic("t", 3), TIMEOUT_MS));

    assertEquals(
        quorum.lastIndex() - 1, assertInstanceOf(QuorumAnswer.Decided.class, created).index());
    assertEquals(
        RefusalReason.TOPIC_EXISTS,
        assertInstanceOf(QuorumAnswer.Refused.class, again).refusal().reason());
  }

  @Test
  void anyMemberWillDoAndTheOneThatAnsweredIsAskedFirst() throws Exception {
    nodes.get(0).stop();
    nodes.get(1).stop();
    long begun = System.nanoTime();
    assertInstanceOf(
        QuorumAnswer.Decided.class, await(submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS)));
    assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(5));
    assertEquals(1, nodes.get(2).member().submissions());
    nodes.get(0).startAgain(known.get(0));
    nodes.get(1).startAgain(known.get(1));

    assertInstanceOf(
        QuorumAnswer.Decided.class, await(submit(TestQuorum.createTopic("u", 1), TIMEOUT_MS)));
    assertEquals(2, nodes.get(2).member().submissions());
  }

  @Test
  void aCommandThatIsSentAgainAfterAnUnknownEndIsDecidedOnce() throws Exception {
    nodes.get(0).member().answer(Answering.DECIDED_BUT_UNKNOWN);
    int before = quorum.decisions();

    QuorumAnswer answer = await(submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS));

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    assertEquals(before + 1, quorum.decisions());
    assertEquals(1, nodes.get(1).member().submissions());
  }

  @Test
  void aCommandWithoutARequestIdIsNotSentAgainAfterAnUnknownEnd() throws Exception {
    nodes.get(0).member().answer(Answering.DECIDED_BUT_UNKNOWN);
    QuorumAnswer answer =
        await(
            remote.submit(
                new SubmittedCommand(
                    RequestId.NONE, TestQuorum.ORIGIN, TestQuorum.createTopic("t", 1)),
                TIMEOUT_MS));

    assertInstanceOf(QuorumAnswer.TimedOut.class, answer);
    assertEquals(0, nodes.get(1).member().submissions());
  }

  @Test
  void aMemberThatHangsCostsItsShareOfTheTimeAndNotAllOfIt() throws Exception {
    nodes.get(0).member().answer(Answering.NEVER);

    QuorumAnswer answer = await(submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS));

    assertInstanceOf(QuorumAnswer.Decided.class, answer);
  }

  @Test
  void anEndThatNobodyKnowsIsTimedOut() throws Exception {
    nodes.forEach(node -> node.member().answer(Answering.NEVER));
    assertInstanceOf(
        QuorumAnswer.TimedOut.class, await(submit(TestQuorum.createTopic("t", 1), 300)));
  }

  @Test
  void aQuorumWithoutALeaderIsUnavailableAndSaysWhy() throws Exception {
    nodes.forEach(node -> node.member().answer(Answering.UNAVAILABLE));

    QuorumAnswer answer = await(submit(TestQuorum.createTopic("t", 1), 3_000));

    assertTrue(
        assertInstanceOf(QuorumAnswer.Unavailable.class, answer)
            .why()
            .contains("no leader, says a test"));
    assertInstanceOf(ReadAnswer.Unavailable.class, await(remote.readIndex(400)));
  }

  @Test
  void whatNeverLeftThisNodeIsUnavailableAndNotTimedOut() throws Exception {
    for (TestNode node : nodes) {
      node.stop();
    }
    QuorumAnswer refused = await(submit(TestQuorum.createTopic("t", 1), 400));
    assertInstanceOf(QuorumAnswer.Unavailable.class, refused, refused.toString());

    List<PeerAddress> addresses = List.copyOf(known);
    known.clear();
    QuorumAnswer nobody = await(submit(TestQuorum.createTopic("t", 1), 100));
    assertTrue(assertInstanceOf(QuorumAnswer.Unavailable.class, nobody).why().contains("is known"));
    for (int i = 0; i < addresses.size(); i++) {
      nodes.get(i).startAgain(addresses.get(i));
    }
  }

  @Test
  void aPortWhereNobodyAnswersIsPassedBy() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      known.add(0, new PeerAddress("127.0.0.1", silent.getLocalPort()));
      assertInstanceOf(
          QuorumAnswer.Decided.class, await(submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS)));
    }
  }

  @Test
  void aBrokerThatThisMemberDoesNotKnowYetAsksOnUntilTheTimeIsUp() throws Exception {
    PeerIdentity unknown =
        new PeerIdentity(
            TestNode.CLUSTER, 6, PeerTokens.only(BrokerToken.fresh(new SecureRandom())));
    try (RemoteQuorum stranger = remote(unknown)) {
      QuorumAnswer answer =
          await(stranger.submit(TestQuorum.createTopic("t", 1), TestQuorum.ORIGIN, 3_000));
      assertTrue(
          assertInstanceOf(QuorumAnswer.Unavailable.class, answer)
              .why()
              .contains("does not know the caller"));
      assertInstanceOf(
          QuorumAnswer.Decided.class,
          await(
              stranger.submit(
                  TestQuorum.registerBroker(6, "h", 1), TestQuorum.ORIGIN, TIMEOUT_MS)));
    }
  }

  @Test
  void aReadWaitsUntilThisNodesViewIsThere() throws Exception {
    CompletionStage<ReadAnswer> early = remote.readIndex(TIMEOUT_MS);
    CompletionStage<ReadAnswer> late = remote.readIndex(300);
    assertInstanceOf(ReadAnswer.Unavailable.class, await(late));
    assertEquals(false, early.toCompletableFuture().isDone());

    view.publish(new FollowedPlace(1_000, 1, 1, quorum.image(quorum.lastIndex())), ImageDelta.NONE);

    ReadAnswer.CaughtUp caughtUp = assertInstanceOf(ReadAnswer.CaughtUp.class, await(early));
    assertTrue(caughtUp.index() >= 2);
  }

  @Test
  void whoWaitsIsAnsweredWhenThisNodeStops() throws Exception {
    nodes.forEach(node -> node.member().answer(Answering.NEVER));
    CompletionStage<QuorumAnswer> underWay = submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS);
    CompletionStage<ReadAnswer> reading = remote.readIndex(TIMEOUT_MS);

    remote.close();

    await(underWay);
    assertInstanceOf(ReadAnswer.Unavailable.class, await(reading));
    assertInstanceOf(
        QuorumAnswer.Unavailable.class, await(submit(TestQuorum.createTopic("t", 1), TIMEOUT_MS)));
  }

  private CompletionStage<QuorumAnswer> submit(MetadataCommand command, long timeoutMs) {
    return remote.submit(command, TestQuorum.ORIGIN, timeoutMs);
  }

  private static <T> T await(CompletionStage<T> answer) throws Exception {
    return answer.toCompletableFuture().get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }
}
