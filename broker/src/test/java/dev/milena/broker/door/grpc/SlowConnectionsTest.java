package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.connection.ConnectionSettings;
import dev.milena.proto.v1.AdminServiceGrpc;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.ProduceRequest;
import io.grpc.ManagedChannel;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A thousand connections that send a byte at a time, before and after they have said what they
 * speak. Times are a tenth of those of a node: a byte each 100 ms against a limit of 1 s, or 3 s
 * for a request.
 */
class SlowConnectionsTest {
  private static final int CONNECTIONS = 1_000;
  private static final long DECIDE_MS = 1_000;
  private static final long REQUEST_MS = 3_000;
  private static final long BYTE_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final String PRODUCE = "milena.v1.ProduceService/Produce";
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final ConnectionSettings PORT =
      OpenDoor.loopback()
          .with(new ConnectionSettings.Limits(20_000, 20_000, CONNECTIONS, DECIDE_MS, 100 << 20));

  private static OpenDoor door() throws IOException {
    GrpcDoorSettings usual = OpenDoor.SETTINGS;
    return OpenDoor.before(
        new ScriptedCore(),
        new GrpcDoorSettings(
            usual.messageBytes(),
            usual.callsPerConnection(),
            usual.windowBytes(),
            usual.handshakeMs(),
            usual.keepAliveMs(),
            new GrpcDoorSettings.Limits(10_000, 64 << 20, 64 << 20, REQUEST_MS, REQUEST_MS)),
        PORT);
  }

  @Test
  void beforeTheySpeakTheyAreClosedAtTheDeadlineAndOthersGetIn() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (OpenDoor door = door();
        Bystander bystander = Bystander.of(door)) {
      bystander.after(200);
      Bystander.Times usual = bystander.after(300);
      for (int i = 0; i < CONNECTIONS; i++) {
        slow.add(new Socket(door.doors.address().getAddress(), door.doors.address().getPort()));
      }
      int sent = 0;
      while (sent < PREFACE.length && slow.stream().anyMatch(SlowConnectionsTest::isOpen)) {
        int next = sent++;
        slow.forEach(socket -> send(socket, PREFACE[next]));
        LockSupport.parkNanos(BYTE_EACH_NANOS);
        if (next == 3) {
          assertGetsIn(door);
        }
      }
      Eventually.holds("all are closed", () -> door.doors.connections().connections() == 1);
      Bystander.Times meanwhile = bystander.after(20);
      System.out.printf(
          "%d connections, a byte at a time, before they speak: closed after %d bytes;"
              + " others before: %s; meanwhile: %s%n",
          CONNECTIONS, sent, usual, meanwhile);
      assertTrue(sent < PREFACE.length, "one was let in");
      assertUndisturbed(usual, meanwhile);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void afterTheySpokeTheirRequestsAreEndedAtTheDeadline() throws Exception {
    byte[] request = ProduceRequest.newBuilder().setTopic("x".repeat(200)).build().toByteArray();
    List<Http2Wire> slow = new ArrayList<>();
    try (OpenDoor door = door();
        Bystander bystander = Bystander.of(door)) {
      bystander.after(200);
      Bystander.Times usual = bystander.after(300);
      long before = memoryBytes();
      for (int i = 0; i < CONNECTIONS; i++) {
        Http2Wire wire = Http2Wire.to(door.doors.address());
        wire.call(1, PRODUCE).message(1, request, 1).flush();
        slow.add(wire);
      }
      long most = 0;
      while (!slow.stream().allMatch(wire -> wire.isOver(1))) {
        for (Http2Wire wire : slow) {
          wire.data(1, new byte[1]).flush();
        }
        most = Math.max(most, door.doors.held().receivedBytes());
        LockSupport.parkNanos(BYTE_EACH_NANOS);
      }
      Bystander.Times meanwhile = bystander.after(20);
      long grownBytes = memoryBytes() - before;
      System.out.printf(
          "%d connections, a byte at a time, in a request: at most %d bytes counted, memory grew by"
              + " %d KiB; others before: %s; meanwhile: %s%n",
          CONNECTIONS, most, grownBytes >> 10, usual, meanwhile);
      assertEquals(CONNECTIONS, slow.stream().mapToLong(wire -> wire.endedWith("4")).sum());
      assertTrue(grownBytes < 64 << 20, "grown " + grownBytes);
      assertUndisturbed(usual, meanwhile);
      Eventually.holds("all is given back", () -> door.doors.held().receivedBytes() == 0);
    } finally {
      for (Http2Wire wire : slow) {
        wire.close();
      }
    }
  }

  /** Three times the usual, and room for the noise of a machine that runs other tests. */
  private static void assertUndisturbed(Bystander.Times usual, Bystander.Times meanwhile) {
    assertTrue(
        meanwhile.p99Ms() <= 3 * usual.p99Ms() + 1_000,
        "others before: " + usual + "; meanwhile: " + meanwhile);
  }

  private static void assertGetsIn(OpenDoor door) {
    ManagedChannel late = OpenDoor.channelTo(door.doors.address());
    try {
      assertEquals(
          1,
          AdminServiceGrpc.newBlockingStub(late)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .describeCluster(DescribeClusterRequest.getDefaultInstance())
              .getAnsweredBy());
    } finally {
      late.shutdownNow();
    }
  }

  private static void send(Socket socket, byte next) {
    try {
      socket.getOutputStream().write(next);
    } catch (IOException closed) {
      closeQuietly(socket);
    }
  }

  private static boolean isOpen(Socket socket) {
    return !socket.isClosed();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
