package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.connection.ConnectionSettings.Limits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientPortTest {
  private static final Limits WIDE = new Limits(10_000, 10_000, 10_000, 10_000, 100 << 20);
  private static final byte[] KAFKA = {0, 0, 0, 8, 0, 18, 0, 4, 0, 0, 0, 7};

  private final Transport transport = new Transport(2);
  private final RefusalLog log = new RefusalLog(60_000, System::nanoTime);
  private final List<Socket> clients = new ArrayList<>();
  private final List<ClientPort> ports = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    ports.forEach(ClientPort::close);
    transport.close();
  }

  @Test
  void portZeroIsAnyFreePortAndATakenOneIsNamed() throws IOException {
    ClientPort port = port(WIDE);
    assertTrue(port.address().getPort() > 0);

    var second =
        new ClientPort(ConnectionSettings.at(port.address()), transport, doors(echo()), log);
    PortUnavailable taken = assertThrows(PortUnavailable.class, second::bind);

    assertEquals(port.address(), taken.address());
    assertTrue(
        String.valueOf(taken.getMessage()).contains(":" + port.address().getPort()),
        taken.getMessage());
  }

  @Test
  void firstBytesGoWholeToTheDoorThatWasChosen() throws IOException {
    ClientPort port = port(WIDE);
    Socket client = connect(port);
    for (byte b : KAFKA) {
      client.getOutputStream().write(b);
      client.getOutputStream().flush();
    }
    assertArrayEquals(KAFKA, client.getInputStream().readNBytes(KAFKA.length));
    assertEquals(new ConnectionCounts(1, 0, 1), port.counts());
  }

  @Test
  void connectionsWaitUntilThePortIsOpened() throws IOException {
    ClientPort port = new ClientPort(settings(WIDE), transport, doors(echo()), log);
    ports.add(port);
    port.bind();
    Socket client = connect(port);
    client.getOutputStream().write(KAFKA);
    assertEquals(0, port.counts().connections());
    port.open();
    assertArrayEquals(KAFKA, client.getInputStream().readNBytes(KAFKA.length));
  }

  @Test
  void noiseIsClosedAtOnce() throws IOException {
    ClientPort port = port(WIDE);
    Socket client = connect(port);
    client.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xfe});
    assertClosed(client);
    eventually(() -> port.counts().equals(new ConnectionCounts(0, 0, 0)));
  }

  @Test
  void http1IsAnsweredInItsOwnLanguageAndClosed() throws IOException {
    ClientPort port = port(WIDE);
    for (String request :
        List.of(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\n\r\n",
            "POST /topics HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000))) {
      Socket client = connect(port);
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
      assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
      String[] parts = answer.split("\r\n\r\n", 2);
      assertTrue(answer.contains("Content-Length: " + parts[1].length() + "\r\n"), answer);
      assertTrue(parts[1].contains("gRPC") && parts[1].contains("http.listener"), answer);
      client.close();
    }
    eventually(() -> port.counts().equals(new ConnectionCounts(0, 0, 0)));
  }

  @Test
  void aTlsClientIsToldThatTheHandshakeFailed() throws Exception {
    ClientPort port = port(WIDE);
    Socket raw = connect(port);
    raw.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 5});
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 40}, raw.getInputStream().readAllBytes());

    var tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket client = tls.createSocket(connect(port), "localhost", 1, true)) {
      var failed = assertThrows(IOException.class, () -> client.getOutputStream().write(1));
      assertTrue(
          String.valueOf(failed.getMessage()).contains("handshake_failure"), failed.toString());
    }
    raw.close();
    eventually(() -> port.counts().equals(new ConnectionCounts(0, 0, 0)));
  }

  @Test
  void whoDoesNotHangUpAfterTheLastWordIsClosedSoon() throws IOException {
    ClientPort port = port(WIDE);
    Socket client = connect(port);
    client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertTrue(client.getInputStream().readAllBytes().length > 0);
    eventually(() -> port.counts().equals(new ConnectionCounts(0, 0, 0)));
  }

  @Test
  void silenceAndHalfAPrefaceAreClosedAtTheDeadline() throws IOException {
    ClientPort port = port(new Limits(10, 10, 10, 100, 100 << 20));
    Socket silent = connect(port);
    Socket half = connect(port);
    half.getOutputStream().write("PRI * HT".getBytes(StandardCharsets.US_ASCII));
    assertClosed(silent);
    assertClosed(half);
  }

  @Test
  void theOldestSilentConnectionMakesRoomForTheNext() throws IOException {
    ClientPort port = port(new Limits(100, 100, 3, 60_000, 100 << 20));
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      silent.add(connect(port));
      int expected = Math.min(3, i + 1);
      eventually(() -> port.counts().undecided() == expected);
    }
    assertClosed(silent.get(0));
    assertClosed(silent.get(1));
    Socket last = silent.get(4);
    last.getOutputStream().write(KAFKA);
    assertArrayEquals(KAFKA, last.getInputStream().readNBytes(KAFKA.length));
  }

  @Test
  void aBurstOfClientsThatSpeakAtOnceIsServedToTheLast() throws Exception {
    ClientPort port = port(new Limits(10_000, 10_000, 20, 60_000, 100 << 20));
    try (var clientsAtOnce = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> answers = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        answers.add(clientsAtOnce.submit(() -> echoed(port)));
      }
      for (Future<byte[]> answer : answers) {
        assertArrayEquals(KAFKA, answer.get(20, TimeUnit.SECONDS));
      }
    }
  }

  private static byte[] echoed(ClientPort port) throws IOException {
    try (Socket client = new Socket(port.address().getAddress(), port.address().getPort())) {
      client.setSoTimeout(20_000);
      client.getOutputStream().write(KAFKA);
      return client.getInputStream().readNBytes(KAFKA.length);
    }
  }

  @Test
  void connectionsOverTheLimitsAreClosedAndRoomComesBack() throws IOException {
    ClientPort port = port(new Limits(2, 10, 10, 60_000, 100 << 20));
    Socket first = speaking(port);
    speaking(port);
    assertClosed(connect(port));
    first.close();
    eventually(() -> port.counts().connections() == 1);
    speaking(port);
  }

  @Test
  void oneAddressIsLimitedForItselfAlone() throws IOException {
    ClientPort port = port(new Limits(100, 2, 10, 60_000, 100 << 20));
    speaking(port);
    speaking(port);
    assertClosed(connect(port));
    Socket other = new Socket();
    clients.add(other);
    other.bind(new InetSocketAddress("127.0.0.2", 0));
    other.connect(port.address());
    other.getOutputStream().write(KAFKA);
    assertArrayEquals(KAFKA, other.getInputStream().readNBytes(KAFKA.length));
    assertEquals(2, port.counts().addresses());
  }

  @Test
  void connectionsOutliveTheEndOfAcceptingAndEndWithThePort() throws IOException {
    ClientPort port = port(WIDE);
    Socket client = speaking(port);
    port.stopAccepting();
    assertThrows(IOException.class, () -> connect(port));
    client.getOutputStream().write(KAFKA);
    assertArrayEquals(KAFKA, client.getInputStream().readNBytes(KAFKA.length));
    port.close();
    assertClosed(client);
    assertEquals(0, port.counts().connections());
  }

  @Test
  void aClosedDoorClosesAtOnce() throws IOException {
    ClientPort port =
        new ClientPort(settings(WIDE), transport, doors(ClosedDoor.toKafka(log)), log);
    ports.add(port);
    port.bind();
    port.open();
    Socket client = connect(port);
    client.getOutputStream().write(KAFKA);
    assertClosed(client);
  }

  private Doors doors(DoorOpener kafka) {
    return new Doors(echo(), kafka, ClosedDoor.toTls(log), ClosedDoor.toHttp1(log));
  }

  private ClientPort port(Limits limits) throws IOException {
    var port = new ClientPort(settings(limits), transport, doors(echo()), log);
    ports.add(port);
    port.bind();
    port.open();
    return port;
  }

  private static ConnectionSettings settings(Limits limits) {
    return ConnectionSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .with(limits);
  }

  private Socket connect(ClientPort port) throws IOException {
    Socket client = new Socket(port.address().getAddress(), port.address().getPort());
    client.setSoTimeout(20_000);
    client.setTcpNoDelay(true);
    clients.add(client);
    return client;
  }

  private Socket speaking(ClientPort port) throws IOException {
    Socket client = connect(port);
    client.getOutputStream().write(KAFKA);
    assertArrayEquals(KAFKA, client.getInputStream().readNBytes(KAFKA.length));
    return client;
  }

  private static void assertClosed(Socket client) throws IOException {
    try {
      assertEquals(-1, client.getInputStream().read());
    } catch (SocketException reset) {
      // A reset is as good: bytes that the port never read were under way.
      assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset.getMessage());
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "it did not come about within 20 s");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static DoorOpener echo() {
    return (connection, ready) -> {
      connection
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                  var _ = ctx.writeAndFlush(message);
                }
              });
      connection.eventLoop().execute(ready);
    };
  }
}
