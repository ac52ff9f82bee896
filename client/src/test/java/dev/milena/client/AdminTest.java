package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.connection.HostPort;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminTest {
  private final FakeCluster cluster = new FakeCluster(2);
  private final MilenaClient client =
      MilenaClient.connect(ClientSettings.of(cluster.bootstrap()).withRequestTimeoutMs(20_000));
  private final Admin admin = client.admin();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void whoeverAnswersGrpcAndIsNoBrokerMayBeTheQuorumsPortAndThatIsSaid() throws IOException {
    Server other =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build()
            .start();
    String address = "127.0.0.1:" + other.getPort();
    try (MilenaClient lost = MilenaClient.connect(ClientSettings.of(address))) {
      MilenaException failure =
          assertThrows(MilenaException.class, () -> lost.admin().listTopics());
      assertEquals("NOT_A_BROKER", failure.reason());
      assertTrue(failure.getMessage().startsWith(address + " answers gRPC"), failure.getMessage());
      assertTrue(failure.getMessage().contains("9093"), failure.getMessage());
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void topicsAreCreatedChangedShownAndDeleted() {
    TopicDetails made = admin.createTopic(NewTopic.of("b", 3, 1));
    assertEquals(3, made.partitions().size());
    admin.createTopic(
        new NewTopic(
            "a",
            OptionalInt.empty(),
            OptionalInt.empty(),
            new TreeMap<>(Map.of("retention.ms", "1000"))));
    assertEquals(List.of("a", "b"), admin.listTopics().stream().map(TopicListing::name).toList());

    TopicDetails changed =
        admin.alterTopic(
            new TopicChange(
                "a",
                OptionalInt.of(2),
                new TreeMap<>(Map.of("segment.bytes", "2000")),
                List.of("retention.ms")));
    assertEquals(2, changed.partitions().size());
    assertEquals(Map.of("segment.bytes", "2000"), changed.configs());
    assertEquals(1, changed.minInsyncReplicas());
    assertEquals(List.of(changed), admin.describeTopics(List.of("a")));

    assertEquals(made.topicId(), admin.deleteTopic("b"));
    assertEquals(1, admin.listTopics().size());
  }

  @Test
  void aRefusalCarriesReasonStatusAndWhatItIsAbout() {
    MilenaException failure = assertThrows(MilenaException.class, () -> admin.deleteTopic("nope"));
    assertEquals("UNKNOWN_TOPIC", failure.reason());
    assertEquals("NOT_FOUND", failure.status());
    assertEquals(Map.of("topic", "nope"), failure.about());
    assertFalse(failure.retriable());
  }

  @Test
  void anotherBrokerIsAskedWhenOneIsDown() {
    cluster.kill(1);
    assertEquals(2, admin.describeCluster().answeredBy());
  }

  @Test
  void whenNobodyIsThereEachAddressSaysWhy() {
    cluster.kill(1);
    cluster.kill(2);
    NoBrokerReachable failure = assertThrows(NoBrokerReachable.class, () -> admin.listTopics());
    assertEquals(
        List.of(
            cluster.address(1) + ": connection refused",
            cluster.address(2) + ": connection refused"),
        failure.attempts().stream().map(NoBrokerReachable.Attempt::toString).toList());
  }

  @Test
  void whatMayHelpIsTriedAgainUntilTheTimeIsOver() {
    AtomicInteger calls = new AtomicInteger();
    cluster.adminFailure =
        call ->
            calls.incrementAndGet() < 4
                ? Optional.of(
                    FakeCluster.thrown(
                        FakeCluster.error(
                            "QUORUM_UNAVAILABLE",
                            Status.Code.UNAVAILABLE,
                            Map.of("retryAfterMs", "10"))))
                : Optional.empty();
    assertEquals("t", admin.createTopic(NewTopic.of("t", 1, 1)).name());
    assertEquals(4, calls.get());
  }

  @Test
  void aQuestionThatIsRepeatedUntilTheTimeIsOverEndsWithWhatWasSaidAndNotWithTheTime() {
    AtomicInteger calls = new AtomicInteger();
    cluster.adminFailure =
        call ->
            Optional.of(
                calls.incrementAndGet() == 1
                    ? FakeCluster.thrown(
                        FakeCluster.error(
                            "QUORUM_UNAVAILABLE",
                            Status.Code.UNAVAILABLE,
                            Map.of("retryAfterMs", "10")))
                    : Status.DEADLINE_EXCEEDED.asRuntimeException());
    MilenaException failure = assertThrows(MilenaException.class, () -> admin.listTopics());
    assertEquals("QUORUM_UNAVAILABLE", failure.reason());
    assertEquals(2, calls.get());
  }

  @Test
  void aChangeWhoseAnswerWasLostIsNotRepeated() {
    AtomicInteger calls = new AtomicInteger();
    cluster.adminFailure =
        call -> {
          calls.incrementAndGet();
          return Optional.of(Status.UNAVAILABLE.asRuntimeException());
        };
    MilenaException failure =
        assertThrows(MilenaException.class, () -> admin.createTopic(NewTopic.of("t", 1, 1)));
    assertEquals("CONNECTION_LOST", failure.reason());
    assertTrue(failure.getMessage().contains("may or may not"), failure.getMessage());
    assertEquals(1, calls.get());
  }

  @Test
  void aChangeThatWasNotAnsweredInTimeSaysTheTimeAndThatItMayBeMade() {
    cluster.answerTooLate();
    MilenaException late =
        assertThrows(MilenaException.class, () -> admin.createTopic(NewTopic.of("t", 1, 1)));
    assertEquals("TIMED_OUT", late.reason());
    assertTrue(
        late.getMessage()
            .endsWith(
                " ms that the call may take; the change may or may not have been made: look before you repeat it"),
        late.getMessage());
    MilenaException unread = assertThrows(MilenaException.class, () -> admin.listTopics());
    assertTrue(unread.getMessage().endsWith(" ms that the call may take"), unread.getMessage());
  }

  @Test
  void aReadWhoseAnswerWasLostIsRepeatedElsewhere() {
    AtomicInteger calls = new AtomicInteger();
    cluster.adminFailure =
        call ->
            calls.incrementAndGet() == 1
                ? Optional.of(Status.UNAVAILABLE.asRuntimeException())
                : Optional.empty();
    assertEquals(2, admin.describeCluster().answeredBy());
  }

  @Test
  void aCallThatADyingBrokerCancelsIsMadeElsewhere() {
    AtomicInteger calls = new AtomicInteger();
    cluster.adminFailure =
        call ->
            calls.incrementAndGet() == 1
                ? Optional.of(Status.CANCELLED.asRuntimeException())
                : Optional.empty();
    assertEquals(2, admin.describeCluster().answeredBy());
  }

  @Test
  void whoIsInterruptedWhileWaitingIsToldSo() {
    Thread.currentThread().interrupt();
    MilenaException failure = assertThrows(MilenaException.class, () -> admin.listTopics());
    assertEquals("INTERRUPTED", failure.reason());
    assertTrue(Thread.interrupted(), "the flag is kept");
  }

  @Test
  void tooFewBrokersAreSaidAtOnce() {
    cluster.adminFailure =
        call ->
            Optional.of(
                FakeCluster.thrown(
                    FakeCluster.error("NOT_ENOUGH_BROKERS", Status.Code.UNAVAILABLE, Map.of())));
    MilenaException failure =
        assertThrows(MilenaException.class, () -> admin.createTopic(NewTopic.of("t", 1, 3)));
    assertEquals("NOT_ENOUGH_BROKERS", failure.reason());
    assertTrue(failure.retriable());
  }

  @Test
  void addressesThatSayNothingLeaveTheOthersTheirShareOfTheTime() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 5, here);
        ServerSocket two = new ServerSocket(0, 5, here)) {
      String silent = "127.0.0.1:" + one.getLocalPort() + ",127.0.0.1:" + two.getLocalPort();
      ClientSettings found = ClientSettings.of(silent + "," + cluster.address(2));
      try (MilenaClient client = MilenaClient.connect(found.withRequestTimeoutMs(6_000))) {
        assertEquals(2, client.admin().describeCluster().answeredBy());
      }
      ClientSettings lost = ClientSettings.of(silent).withRequestTimeoutMs(4_000);
      try (MilenaClient client = MilenaClient.connect(lost)) {
        NoBrokerReachable failure =
            assertThrows(NoBrokerReachable.class, () -> client.admin().describeCluster());
        assertEquals(2, failure.attempts().size());
        failure
            .attempts()
            .forEach(a -> assertTrue(a.answer().startsWith("timed out, connected"), a.answer()));
      }
    }
  }

  @Test
  void brokersThatWereLearntAreAskedWhenTheFirstAddressIsGone() {
    try (MilenaClient one = MilenaClient.connect(ClientSettings.of(cluster.address(1)))) {
      assertEquals(
          List.of(HostPort.parse(cluster.address(1)), HostPort.parse(cluster.address(2))),
          one.admin().describeCluster().brokers().stream().map(BrokerDetails::address).toList());
      cluster.kill(1);
      assertEquals(2, one.admin().describeCluster().answeredBy());
    }
  }
}
