package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationRules;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Reached;
import dev.milena.quorum.ratis.formation.ReturnRules;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterTraces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A voter that is alone by its disk, and asks others for many rounds. */
@Timeout(60)
class ReturningVoterTest {
  private static final PeerName SELF = name(1);
  private static final Formation ALONE = new Formation(List.of(new Peer(SELF, "127.0.0.1", 1)));

  /** What was heard in an earlier round must still count when this is over. */
  private static final long LATER_MS = 2 * ReturnRules.LATE_MS;

  private final int port;
  private final int nobodysPort;
  private final AtomicInteger rounds = new AtomicInteger();
  private final List<List<LastEntry>> opened = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final MembershipThread thread =
      new MembershipThread((what, cause) -> failures.add(what + ": " + cause));
  private final long beganNanos = System.nanoTime();
  private volatile Optional<Server> other = Optional.empty();

  ReturningVoterTest() throws IOException {
    port = FreePorts.take();
    nobodysPort = FreePorts.take();
  }

  @AfterEach
  void stop() {
    thread.end();
    blocking.shutdownNow();
    other.ifPresent(Server::shutdownNow);
  }

  @Test
  void whoIsToldThatOthersVoteWithoutItNeverOpensItsLog() throws Exception {
    other = Optional.of(voter(new Formation(List.of(peer(2, port), peer(3, nobodysPort)))));

    begin();

    awaitRoundsLaterThan(LATER_MS);
    assertEquals(List.of(), opened);
    assertEquals(List.of(), failures);
  }

  /** It is a majority with the one that answers: it waits for the third, and then must reach. */
  @Test
  void whoIsToldThatOthersVoteWithItMustReachWhatTheyKnow() throws Exception {
    other =
        Optional.of(
            voter(
                new Formation(
                    List.of(new Peer(SELF, "127.0.0.1", 1), peer(2, port), peer(3, nobodysPort)))));

    begin();

    TestQuorum.await("it is opened", () -> !opened.isEmpty());
    assertEquals(List.of(List.of(new LastEntry(6, 120))), opened);
    assertEquals(List.of(), failures);
  }

  /** What was heard once holds though nobody answers any more. */
  @Test
  void whoWasToldThatOthersVoteAndHearsNothingAfterwardsWaits() throws Exception {
    other =
        Optional.of(
            voter(
                new Formation(
                    List.of(
                        new Peer(SELF, "127.0.0.1", 1),
                        peer(2, port),
                        peer(3, nobodysPort),
                        peer(4, nobodysPort)))));

    begin();
    TestQuorum.await("the first answer was heard", () -> rounds.get() > 1);
    other.orElseThrow().shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    int asked = rounds.get();
    TestQuorum.await("time", () -> isLaterThan(LATER_MS));
    other = Optional.of(voter(new Formation(List.of(peer(2, port), peer(3, nobodysPort)))));

    awaitRoundsLaterThan(LATER_MS);
    assertTrue(rounds.get() > asked);
    assertEquals(List.of(), opened);
    assertEquals(List.of(), failures);
  }

  private void begin() throws IOException {
    // the first connection of a process takes long, and who is late is not heard
    assertInstanceOf(
        Answer.Introduced.class,
        IntroductionCall.ask(
            "127.0.0.1",
            port,
            IntroductionRequest.reached(TestQuorum.CLUSTER, SELF),
            Members.TIMEOUT_MS));
    rounds.set(0);
    List<Voter> named =
        List.of(
            new Voter(1, "127.0.0.1", 1),
            new Voter(2, "127.0.0.1", port),
            new Voter(3, "127.0.0.1", nobodysPort));
    new ReturningVoter(
            () -> new Introduction(TestQuorum.CLUSTER, SELF, Optional.of(ALONE)),
            new ReturningVoter.Disk(
                new VoterTraces(List.of(ALONE), OptionalLong.empty()), Optional.empty()),
            named,
            blocking)
        .begin(opened::add, thread, (what, cause) -> failures.add(what));
  }

  /** Waits until rounds were asked whose answers came, and were thought over, after this time. */
  private void awaitRoundsLaterThan(long ms) {
    TestQuorum.await("time, or an opening", () -> isLaterThan(ms) || !opened.isEmpty());
    int before = rounds.get();
    TestQuorum.await("rounds", () -> rounds.get() > before + 2 || !opened.isEmpty());
  }

  private boolean isLaterThan(long ms) {
    return System.nanoTime() - beganNanos > TimeUnit.MILLISECONDS.toNanos(ms);
  }

  /** Node 2, which votes in this quorum, and knows how far the asker has been. */
  private Server voter(Formation quorum) throws IOException {
    PeerName self = name(2);
    IntroductionService service =
        new IntroductionService(
            self,
            request -> {
              rounds.incrementAndGet();
              IntroductionReply reply =
                  FormationRules.answer(
                      new Introduction(TestQuorum.CLUSTER, self, Optional.of(quorum)), request);
              return CompletableFuture.completedFuture(
                  reply.with(new Reached(false, Optional.of(new LastEntry(6, 120)))));
            });
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return service.customize(builder, EnumSet.noneOf(GrpcServices.Type.class)).build().start();
  }

  private static Peer peer(int id, int port) {
    return new Peer(name(id), "127.0.0.1", port);
  }

  private static PeerName name(int id) {
    return PeerName.of(id, new UUID(id, 1));
  }
}
