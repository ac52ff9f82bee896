package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.control.DialOutcome;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerChannels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcDialerTest {
  private static final int MOST = 2;

  @TempDir Path folder;
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final PeerChannels channels = new PeerChannels("a test");
  private final GrpcDialer dialer = dialer(TestNode.CLUSTER);
  private final BlockingQueue<DialOutcome> outcomes = new LinkedBlockingQueue<>();

  private GrpcDialer dialer(String cluster) {
    return new GrpcDialer(
        new PeerCalls(
            channels,
            new PeerIdentity(cluster, 1, PeerTokens.only(BrokerToken.fresh(new SecureRandom())))),
        MOST,
        fatal::add);
  }

  @AfterEach
  void close() {
    dialer.close();
    channels.close();
    assertEquals(List.of(), fatal);
  }

  private DialOutcome dial(String host, int port) throws InterruptedException {
    dialer.dial(host, port, outcomes::add);
    DialOutcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
    assertNotNull(outcome);
    return outcome;
  }

  @Test
  void aProcessThatAnswersSaysWhichRunItIs() throws Exception {
    try (TestNode node = new TestNode(new TestQuorum(), 4, folder, 1 << 20)) {
      assertEquals(
          new DialOutcome.Answered(new IncarnationId(7, 4)),
          dial("127.0.0.1", node.address().port()));
    }
  }

  @Test
  void aProcessThatIsGoneIsRefusedAtOnce() throws Exception {
    try (Socket gone = new Socket()) {
      // bound and deaf: it refuses, and nobody else can have its port
      gone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      long begun = System.nanoTime();
      assertEquals(new DialOutcome.Refused(), dial("127.0.0.1", gone.getLocalPort()));
      assertTrue(System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(900));
    }
  }

  /**
   * The kernel ends a dead process's connections one by one, the port that it listens on among
   * them.
   */
  @Test
  void aProcessThatDiesWhileItIsCalledIsRefusedAtOnce() throws Exception {
    try (ServerSocket dies = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket deaf = new Socket()) {
      int port = dies.getLocalPort();
      Thread death =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket last = dies.accept()) {
                  dies.close();
                  deaf.setReuseAddress(true);
                  deaf.bind(new InetSocketAddress(last.getLocalAddress(), port));
                } catch (IOException failed) {
                  fatal.add(failed);
                }
              });
      assertEquals(new DialOutcome.Refused(), dial("127.0.0.1", port));
      death.join();
    }
  }

  @Test
  void aProcessThatTakesCallsAndEndsThemIsSilence() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (ServerSocket ends = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                ends.accept().close();
                calls.incrementAndGet();
              }
            } catch (IOException closed) {
              // the test is over
            }
          });
      assertEquals(new DialOutcome.Silent(), dial("127.0.0.1", ends.getLocalPort()));
    }
    assertTrue(calls.get() <= 4 * GrpcDialer.MAX_CALLS, calls + " connections");
  }

  @Test
  void aProcessThatHangsANameThatIsNoneAndAnotherClustersNodeAreSilence() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        TestNode node = new TestNode(new TestQuorum(), 4, folder, 1 << 20);
        GrpcDialer stranger = dialer("another-cluster")) {
      assertEquals(new DialOutcome.Silent(), dial("127.0.0.1", hangs.getLocalPort()));
      assertEquals(new DialOutcome.Silent(), dial("no-such-host.invalid", 9092));
      stranger.dial("127.0.0.1", node.address().port(), outcomes::add);
      assertEquals(new DialOutcome.Silent(), outcomes.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void onlySoManyAreCalledAtOnceAndEachHasOneOutcomeInTime() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> acceptAll(hangs, open, most));
      long begun = System.nanoTime();
      for (int i = 0; i < 9; i++) {
        dialer.dial("127.0.0.1", hangs.getLocalPort(), outcomes::add);
      }
      for (int i = 0; i < 9; i++) {
        assertEquals(new DialOutcome.Silent(), outcomes.poll(20, TimeUnit.SECONDS));
      }
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertTrue(tookMs < 4_000, "took " + tookMs + " ms, two seconds are promised");
      Eventually.holds("calls end", () -> open.get() == 0);
    }
    assertTrue(outcomes.isEmpty());
    // one that was hung up may be counted until its other end has seen it
    assertTrue(most.get() >= 1 && most.get() <= 2 * MOST, most + " of 9 at once");
  }

  @Test
  void moreThanCanWaitAreSilenceAtOnce() throws Exception {
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < MOST + GrpcDialer.MAX_WAITING + 5; i++) {
        dialer.dial("127.0.0.1", hangs.getLocalPort(), outcomes::add);
      }
      for (int i = 0; i < MOST + GrpcDialer.MAX_WAITING + 5; i++) {
        assertEquals(new DialOutcome.Silent(), outcomes.poll(20, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void whoeverThrowsAtAnOutcomeIsTold() {
    dialer.dial(
        "no-such-host.invalid",
        1,
        outcome -> {
          throw new IllegalStateException("a listener of a test");
        });
    Eventually.holds("it is told", () -> !fatal.isEmpty());
    fatal.clear();
  }

  /** Counts connections over which something was said. */
  private static void acceptAll(ServerSocket server, AtomicInteger open, AtomicInteger most) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> hold(socket, open, most));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void hold(Socket socket, AtomicInteger open, AtomicInteger most) {
    try (socket) {
      if (socket.getInputStream().read() < 0) {
        return;
      }
      most.accumulateAndGet(open.incrementAndGet(), Math::max);
      try {
        while (socket.getInputStream().read() >= 0) {
          // says nothing
        }
      } finally {
        open.decrementAndGet();
      }
    } catch (IOException cut) {
      // the caller has hung up
    }
  }
}
