package dev.milena.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private static String answerOf(Consumer<Socket> server) throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Connections connections = new Connections("test", 300)) {
      Thread.ofVirtual().start(() -> serve(listening, server));
      HostPort address = new HostPort("127.0.0.1", listening.getLocalPort());
      return switch (connections.reach(address, 300)) {
        case Reach.Reached _ -> "reached";
        case Reach.Unreachable _ -> connections.explain(address, 300);
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
    int port;
    try (ServerSocket unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    assertEquals("connection refused", Reachability.explain(new HostPort("127.0.0.1", port), 300));
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
        answerOf(socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n")));
  }

  @Test
  void aPortThatHangsUpIsNoMilena() throws IOException {
    String answer = answerOf(ReachabilityTest::close);
    assertTrue(answer.startsWith("not a Milena port"), answer);
  }

  @Test
  void aPortThatSaysNothingTimesOut() throws IOException {
    assertEquals("timed out, connected but no answer within 300 ms", answerOf(socket -> {}));
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
