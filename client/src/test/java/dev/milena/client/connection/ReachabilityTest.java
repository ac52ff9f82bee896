package dev.milena.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static final int SHORT_MS = 300;

  /**
   * For what answers: a busy machine takes longer than one would think. Two seconds of it count.
   */
  private static final int LONG_MS = 20_000;

  private static String answerOf(Consumer<Socket> server, int timeoutMs) throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Connections connections = new Connections("test", timeoutMs)) {
      Thread.ofVirtual().start(() -> serve(listening, server));
      HostPort address = new HostPort("127.0.0.1", listening.getLocalPort());
      return switch (connections.reach(address, SHORT_MS)) {
        case Reach.Reached _ -> "reached";
        case Reach.Unreachable _ -> connections.explain(address, timeoutMs);
      };
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void serve(ServerSocket listening, Consumer<Socket> server) {
    while (true) {
      try {
        server.accept(listening.accept());
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPortWithoutListenerRefuses() throws IOException {
    try (Socket deaf = new Socket()) {
      // bound and not listening: it refuses, and nobody else can have its port
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertEquals(
          "connection refused",
          Reachability.explain(new HostPort("127.0.0.1", deaf.getLocalPort()), LONG_MS));
    }
  }

  @Test
  void aNameThatNobodyKnowsIsCalledUnknown() {
    assertEquals(
        "unknown host", Reachability.explain(new HostPort("no-such-host.invalid", 9092), 300));
  }

  @Test
  void somethingElseOnThePortIsNoMilena() throws IOException {
    assertEquals(
        "not a Milena port (something else answers there)",
        answerOf(socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"), LONG_MS));
  }

  @Test
  void aPortThatHangsUpIsNoMilena() throws IOException {
    String answer = answerOf(ReachabilityTest::close, LONG_MS);
    assertTrue(answer.startsWith("not a Milena port"), answer);
  }

  @Test
  void aPortThatSaysNothingTimesOut() throws IOException {
    assertEquals(
        "timed out, connected but no answer within 300 ms", answerOf(socket -> {}, SHORT_MS));
  }

  @Test
  void anIpv6AddressIsTriedAsAnyOther() throws Exception {
    try (Connections connections = new Connections("test", 300)) {
      HostPort nobody = HostPort.parse("[::1]:1");
      assertTrue(connections.reach(nobody, 300) instanceof Reach.Unreachable);
      assertTrue(!connections.explain(nobody, 300).isEmpty());
    }
  }
}
