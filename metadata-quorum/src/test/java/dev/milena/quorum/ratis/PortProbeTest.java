package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class PortProbeTest {
  @Test
  void aPortWhoseProcessIsGoneRefuses() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        Socket gone = boundAndDeaf()) {
      assertTrue(new PortProbe(callers).refuses(peer("127.0.0.1", gone.getLocalPort())));
    }
  }

  @Test
  void aPortThatAnybodyListensOnDoesNot() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertFalse(new PortProbe(callers).refuses(peer("127.0.0.1", other.getLocalPort())));
    }
  }

  @Test
  void aHostThatIsNotKnownDoesNot() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      assertFalse(new PortProbe(callers).refuses(peer("nobody.invalid", 9093)));
    }
  }

  @Test
  void whoAsksWhileAnAttemptIsUnderWayMakesNoOther() throws Exception {
    List<Runnable> attempts = new ArrayList<>();
    PortProbe probe = new PortProbe(attempts::add);
    Peer gone = peer("127.0.0.1", 9093);

    assertFalse(probe.refuses(gone), "nothing was heard in time");
    assertFalse(probe.refuses(gone), "nothing was heard in time");

    assertTrue(attempts.size() == 1, attempts.size() + " attempts at once");
  }

  /** Its port refuses, and nobody else can have it. */
  private static Socket boundAndDeaf() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static Peer peer(String host, int port) {
    return new Peer(new PeerName(1, "AAAAAAAAAAAAAAAAAAAAAA"), host, port);
  }
}
