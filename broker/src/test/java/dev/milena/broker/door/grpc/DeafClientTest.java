package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients that ask and do not take the answers cost the broker. */
class DeafClientTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final String OVERLOADED = "8";
  private static final LogBounds BOUNDS = new LogBounds(0, 0, Long.MAX_VALUE, 1);
  private static final FetchRequest FETCH =
      FetchRequest.newBuilder().setTopic("t").setForm(FetchForm.FETCH_FORM_BATCHES).build();

  /** Room for answers; a buffer around them may be twice as large. */
  private static final int ROOM_BYTES = 64 * MEBIBYTE;

  private static final GrpcDoorSettings.Limits LIMITS =
      new GrpcDoorSettings.Limits(1_000, ROOM_BYTES, ROOM_BYTES, 300, 300);

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final ScriptedCore core = new ScriptedCore();
  private final ExecutorService readers = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopReaders() {
    readers.shutdownNow();
  }

  /** A core whose readers always have a mebibyte. */
  private void endless() {
    core.onFetch =
        (_, answer) ->
            readers.execute(() ->
                answer.accept(
                    new FetchOutcome.BatchesFetched(
                        ByteBuffer.allocate(MEBIBYTE).asReadOnlyBuffer(), 1, BOUNDS)));
  }

  @Test
  void fetchStreamsThatAreNotReadHoldABoundedNumberOfBytes() throws Exception {
    notRead("milena.v1.FetchService/FetchStream");
  }

  @Test
  void fetchesThatAreNotReadHoldABoundedNumberOfBytes() throws Exception {
    notRead("milena.v1.FetchService/Fetch");
  }

  private void notRead(String method) throws Exception {
    int calls = 300;
    endless();
    try (OpenDoor door = OpenDoor.before(core, LIMITS, clock::get)) {
      long before = memoryBytes();
      try (Http2Wire wire = Http2Wire.to(door.doors.address())) {
        ask(wire, method, calls);
        Eventually.holds(
            "some are refused, the others answered",
            () -> wire.endedWith(OVERLOADED) + wire.answered() == calls);
        Eventually.settles(() -> door.doors.held().answerBytes(), 300);
        long grownBytes = memoryBytes() - before;
        System.out.printf(
            "%d deaf calls of %s: %s, %d refused, memory grew by %d KiB%n",
            calls, method, door.doors.held(), wire.endedWith(OVERLOADED), grownBytes >> 10);
        assertTrue(grownBytes < 3L * ROOM_BYTES, "grown " + grownBytes);
        assertTrue(door.doors.held().answerBytes() <= ROOM_BYTES);
        assertEquals(
            1,
            door.admin()
                .describeCluster(DescribeClusterRequest.getDefaultInstance())
                .getAnsweredBy());
      }
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  @Test
  void whenRoomIsShortTheDeafAreHungUpOnAndOthersFetchAgain() throws Exception {
    endless();
    try (OpenDoor door = OpenDoor.before(core, LIMITS, clock::get);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      ask(wire, "milena.v1.FetchService/FetchStream", 100);
      Eventually.holds(
          "room is short", () -> door.doors.held().answerBytes() > ROOM_BYTES / 2 + MEBIBYTE);
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(301));
      Eventually.holds("the deaf client is hung up on", wire::ended);
      assertEquals(MEBIBYTE, door.fetch().fetch(FETCH).getBatches().size());
    }
  }

  @Test
  void whileThereIsRoomAClientMayLeaveItsAnswersUnread() throws Exception {
    endless();
    try (OpenDoor door = OpenDoor.before(core, LIMITS, clock::get);
        Http2Wire slow = Http2Wire.to(door.doors.address())) {
      ask(slow, "milena.v1.FetchService/FetchStream", 2);
      Eventually.holds("it has its answers", () -> slow.answered() == 2);
      // A request that is late shows that the clock is at work.
      slow.call(5, "milena.v1.FetchService/Fetch").flush();
      Eventually.holds("it is there", () -> door.doors.held().calls() == 3);
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(301));
      Eventually.holds("the late one is ended", () -> slow.isOver(5));
      assertFalse(slow.ended());
      assertEquals(2, slow.answered());
    }
  }

  private static void ask(Http2Wire wire, String method, int calls) throws Exception {
    byte[] request = FETCH.toByteArray();
    for (int i = 0; i < calls; i++) {
      int stream = 2 * i + 1;
      wire.call(stream, method).message(stream, request, request.length).end(stream).flush();
    }
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
