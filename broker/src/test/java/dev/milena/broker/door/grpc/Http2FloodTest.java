package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.ProduceRequest;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Floods of HTTP/2 frames, each known from an attack on somebody: the broker hangs up or refuses,
 * holds no more memory for it, and serves others meanwhile.
 */
class Http2FloodTest {
  private static final String PRODUCE = "milena.v1.ProduceService/Produce";
  private static final byte[] PING = new byte[8];

  /** So many frames, if nobody stops it. */
  private static final int FRAMES = 300_000;

  /** What a flood may leave behind in a JVM that is both client and server. */
  private static final long MOST_BYTES = 24 << 20;

  /** The longest that a call of somebody else may take meanwhile, also on a busy machine. */
  private static final double MOST_OTHERS_MS = 5_000;

  /** One more frame of a flood. */
  @FunctionalInterface
  private interface Frame {
    void to(Http2Wire wire, int number) throws IOException, InterruptedException;
  }

  /** How a flood ended. */
  private record Ended(boolean hungUp, long settingsAnswered) {}

  @Test
  void headersThatNeverEndAreHungUpOn() throws Exception {
    // CVE-2024-27316 and its kin: each frame is small, the header list never ends.
    Ended ended =
        flood(
            "CONTINUATION",
            (wire, number) -> {
              if (number == 0) {
                wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.callHeaders(PRODUCE));
              }
              wire.frame(Http2Wire.CONTINUATION, 0, 1, oneHeader("x" + number, "y"));
            });
    assertTrue(ended.hungUp());
  }

  @Test
  void continuationsWithoutBytesAreHungUpOn() throws Exception {
    Ended ended =
        flood(
            "empty CONTINUATION",
            (wire, number) -> {
              if (number == 0) {
                wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.callHeaders(PRODUCE));
              }
              wire.frame(Http2Wire.CONTINUATION, 0, 1, new byte[0]);
            });
    assertTrue(ended.hungUp());
  }

  @Test
  void callsThatAreResetAtOnceAreHungUpOn() throws Exception {
    // CVE-2023-44487: each call costs the client two frames and the server a call.
    Ended ended =
        flood(
            "rapid reset",
            (wire, number) -> {
              int stream = 2 * number + 1;
              wire.call(stream, PRODUCE);
              wire.frame(Http2Wire.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
            });
    assertTrue(ended.hungUp());
  }

  @Test
  void callsThatTheServerIsMadeToResetAreHungUpOn() throws Exception {
    // CVE-2025-8671: the client sends what the server must answer with a reset.
    Ended ended =
        flood(
            "made to reset",
            (wire, number) -> {
              int stream = 2 * number + 1;
              wire.call(stream, PRODUCE);
              wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, new byte[4]);
            });
    assertTrue(ended.hungUp());
  }

  @Test
  void pingsWithoutEndAreHungUpOn() throws Exception {
    Ended ended = flood("PING", (wire, _) -> wire.frame(Http2Wire.PING, 0, 0, PING));
    assertTrue(ended.hungUp());
  }

  @Test
  void settingsWithoutEndCostNoMemory() throws Exception {
    Ended ended =
        flood(
            "SETTINGS", (wire, number) -> wire.frame(Http2Wire.SETTINGS, 0, 0, setting(3, number)));
    assertTrue(ended.hungUp() || ended.settingsAnswered() > 0);
  }

  @Test
  void settingsWhoseAnswersAreNotReadAreHungUpOn() throws Exception {
    // CVE-2019-9515: answers pile up when nobody reads them.
    try (OpenDoor door = OpenDoor.before(new ScriptedCore());
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      long before = memoryBytes();
      wire.stopListening();
      int frames =
          send(
              wire,
              (to, number) -> to.frame(Http2Wire.SETTINGS, 0, 0, setting(3, number)),
              3_000_000);
      Eventually.holds("hung up on", () -> door.doors.connections().connections() <= 1);
      System.out.printf("unread SETTINGS: hung up on after %d frames%n", frames);
      assertHeldLittle(before);
      assertServes(door);
    }
  }

  @Test
  void aHeaderListOverTheBoundIsRefused() throws Exception {
    try (OpenDoor door = OpenDoor.before(new ScriptedCore());
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      wire.headers(1, block(PRODUCE, 10, 1_700)).flush();
      Eventually.holds("it is refused", () -> "431".equals(wire.headersOf(1).get(":status")));
      assertServes(door);
    }
  }

  @Test
  void aHeaderBlockThatUnpacksToFarMoreIsRefused() throws Exception {
    // A dynamic table entry of 4,000 bytes, named 16,000 times by one byte each: 64 MB of headers.
    try (OpenDoor door = OpenDoor.before(new ScriptedCore());
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      long before = memoryBytes();
      var bomb = new ByteArrayOutputStream();
      bomb.writeBytes(Http2Wire.callHeaders(PRODUCE));
      Http2Wire.indexedHeader(bomb, "bomb", "x".repeat(3_900));
      for (int i = 0; i < 12_000; i++) {
        bomb.write(0x80 | 62);
      }
      wire.headers(1, bomb.toByteArray()).flush();
      Eventually.holds("it is refused", () -> "431".equals(wire.headersOf(1).get(":status")));
      assertHeldLittle(before);
      assertServes(door);
    }
  }

  @Test
  void aClientThatAsksForAHugeHeaderTableDoesNotGetIt() throws Exception {
    try (OpenDoor door = OpenDoor.before(new ScriptedCore());
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      long before = memoryBytes();
      wire.frame(Http2Wire.SETTINGS, 0, 0, setting(1, Integer.MAX_VALUE));
      for (int i = 0; i < 5_000; i++) {
        // Each answer has words of its own, which an unbounded table would keep.
        byte[] request =
            ProduceRequest.newBuilder()
                .setTopic("no such/" + i + "x".repeat(200))
                .build()
                .toByteArray();
        int stream = 2 * i + 1;
        wire.call(stream, PRODUCE).message(stream, request, request.length).end(stream).flush();
        Eventually.holds("it is answered", () -> wire.isOver(stream));
      }
      wire.forget();
      assertHeldLittle(before);
    }
  }

  private static Ended flood(String name, Frame frame) throws Exception {
    try (OpenDoor door = OpenDoor.before(new ScriptedCore());
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      assertServes(door);
      long before = memoryBytes();
      int frames;
      Bystander.Times others;
      try (Bystander bystander = Bystander.of(door)) {
        frames = send(wire, frame, FRAMES);
        others = bystander.after(20);
      }
      boolean hungUp = frames < FRAMES || wire.ended();
      wire.forget();
      System.out.printf(
          "%s: %s after %d frames, GOAWAY %s; others meanwhile: %s%n",
          name, hungUp ? "hung up on" : "served", frames, wire.goAway(), others);
      assertTrue(others.ms(1) < MOST_OTHERS_MS, "others: " + others);
      assertHeldLittle(before);
      Ended ended = new Ended(hungUp, wire.heard(-Http2Wire.SETTINGS));
      wire.close();
      Eventually.holds("it has left", () -> door.doors.connections().connections() == 1);
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
      return ended;
    }
  }

  /** Sends until the other side hangs up; returns how many frames it took. */
  private static int send(Http2Wire wire, Frame frame, int most) throws InterruptedException {
    for (int number = 0; number < most; number++) {
      try {
        if (wire.ended()) {
          return number;
        }
        frame.to(wire, number);
        if (number % 64 == 0) {
          wire.flush();
        }
      } catch (IOException hungUp) {
        return number;
      }
    }
    return most;
  }

  private static void assertServes(OpenDoor door) {
    assertEquals(
        1,
        door.admin().describeCluster(DescribeClusterRequest.getDefaultInstance()).getAnsweredBy());
  }

  private static void assertHeldLittle(long before) {
    long grownBytes = memoryBytes() - before;
    assertTrue(grownBytes < MOST_BYTES, "grown " + grownBytes);
  }

  private static byte[] oneHeader(String name, String value) {
    var block = new ByteArrayOutputStream();
    Http2Wire.header(block, name, value);
    return block.toByteArray();
  }

  private static byte[] block(String method, int headers, int valueBytes) {
    var block = new ByteArrayOutputStream();
    block.writeBytes(Http2Wire.callHeaders(method));
    for (int i = 0; i < headers; i++) {
      Http2Wire.header(block, "h" + i, "v".repeat(valueBytes));
    }
    return block.toByteArray();
  }

  private static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
