package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.connection.ByteRoom;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.ProduceRequest;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How long a client may take for a request. */
class SlowRequestTest {
  private static final long REQUEST_MS = 300;
  private static final String DEADLINE_EXCEEDED = "4";
  private static final String OVERLOADED = "8";
  private static final String PRODUCE = "milena.v1.ProduceService/Produce";
  private static final String PRODUCE_STREAM = "milena.v1.ProduceService/ProduceStream";
  private static final String FETCH_STREAM = "milena.v1.FetchService/FetchStream";
  private static final byte[] REQUEST =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFromUtf8("x"))
          .build()
          .toByteArray();

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final ScriptedCore core = new ScriptedCore();

  private OpenDoor door(int calls) throws IOException {
    return OpenDoor.before(
        core,
        new GrpcDoorSettings.Limits(calls, 64 << 20, 64 << 20, REQUEST_MS, REQUEST_MS),
        clock::get);
  }

  private void after(long ms) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void requestsThatDoNotComeWholeInTimeAreEndedWithTheBoundInTheSentence() throws Exception {
    core.onProduce = (_, answer) -> answer.accept(List.of(new PartOutcome.Handed()));
    try (OpenDoor door = door(1_000);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      wire.call(1, PRODUCE);
      wire.call(3, PRODUCE).message(3, REQUEST, 3);
      wire.call(5, PRODUCE).message(5, REQUEST, REQUEST.length);
      wire.call(7, FETCH_STREAM);
      wire.call(9, PRODUCE_STREAM).message(9, REQUEST, 3);
      wire.call(11, "grpc.health.v1.Health/Check");
      wire.flush();
      long arrived = ByteRoom.buffered(3) * 2 + REQUEST.length;
      Eventually.holds(
          "all is there", () -> door.doors.held().equals(new DoorCounts(6, arrived, 0, 0)));
      after(REQUEST_MS);
      Eventually.settles(() -> wire.endedWith(DEADLINE_EXCEEDED), 100);
      assertEquals(0, wire.endedWith(DEADLINE_EXCEEDED), "ended before its time");
      after(1);
      Eventually.holds("all are ended", () -> wire.endedWith(DEADLINE_EXCEEDED) == 6);
      assertEquals(
          "the request did not come whole within 300 ms and was not looked at; send it again",
          wire.headersOf(1).get("grpc-message"));
      assertTrue(saysNothingStored(wire, 1));
      assertFalse(saysNothingStored(wire, 9), "earlier messages of a stream may be stored");
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  private static boolean saysNothingStored(Http2Wire wire, int stream) throws IOException {
    String details = wire.headersOf(stream).getOrDefault("grpc-status-details-bin", "");
    var status = com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(details));
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    return info.getMetadataMap().getOrDefault("stored", "").equals("no");
  }

  @Test
  void streamsMayPauseBetweenMessagesAndWaitForAnswersAsLongAsTheyLike() throws Exception {
    Queue<Consumer<? super List<PartOutcome>>> produces = new ConcurrentLinkedQueue<>();
    Queue<Consumer<? super FetchOutcome>> fetches = new ConcurrentLinkedQueue<>();
    core.onProduce = (_, answer) -> produces.add(answer);
    core.onFetch = (_, answer) -> fetches.add(answer);
    byte[] fetch = FetchRequest.newBuilder().setTopic("t").build().toByteArray();
    try (OpenDoor door = door(1_000);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      wire.call(1, PRODUCE_STREAM).message(1, REQUEST, REQUEST.length);
      wire.call(3, PRODUCE_STREAM);
      wire.call(5, FETCH_STREAM).message(5, fetch, fetch.length).end(5);
      wire.call(7, PRODUCE).message(7, REQUEST, REQUEST.length).end(7);
      // A call that is late shows that the clock is at work meanwhile.
      wire.call(9, PRODUCE).flush();
      Eventually.holds(
          "all is under way",
          () ->
              door.doors.held().equals(new DoorCounts(5, 0, 0, 0))
                  && produces.size() == 2
                  && fetches.size() == 1);
      after(REQUEST_MS + 1);
      Eventually.holds("the late one is ended", () -> wire.isOver(9));
      for (int waiting : List.of(1, 3, 5, 7)) {
        assertFalse(wire.isOver(waiting), "stream " + waiting + " was ended");
      }
      wire.message(1, REQUEST, REQUEST.length).flush();
      Eventually.holds("the stream is read on", () -> produces.size() == 3);
      produces.forEach(answer -> answer.accept(List.of(new PartOutcome.Handed())));
      Eventually.holds("the call is answered", () -> wire.endedWith("0") == 1);
      wire.end(1);
      wire.end(3).flush();
      Eventually.holds("streams end well", () -> wire.endedWith("0") == 3);
    }
  }

  @Test
  void aRequestThatIsCompletedTooLateIsNotCarriedOut() throws Exception {
    Queue<Object> produced = new ConcurrentLinkedQueue<>();
    core.onProduce = (call, _) -> produced.add(call);
    try (OpenDoor door = door(1_000);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      wire.call(1, PRODUCE).message(1, REQUEST, REQUEST.length).flush();
      Eventually.holds("it is there", () -> door.doors.held().receivedBytes() == REQUEST.length);
      after(REQUEST_MS + 1);
      Eventually.holds("it is ended", () -> wire.isOver(1));
      wire.end(1).flush();
      Eventually.holds("nothing is open", () -> door.doors.held().calls() == 0);
      assertEquals(0, produced.size());
    }
  }

  @Test
  void callsOverTheBoundAreRefusedAndRoomComesBack() throws Exception {
    Queue<Consumer<? super List<PartOutcome>>> produces = new ConcurrentLinkedQueue<>();
    core.onProduce = (_, answer) -> produces.add(answer);
    int most = 50;
    try (OpenDoor door = door(most);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      for (int i = 0; i < 80; i++) {
        int stream = 2 * i + 1;
        wire.call(stream, PRODUCE).message(stream, REQUEST, REQUEST.length).end(stream);
      }
      wire.flush();
      Eventually.holds(
          "those over it are refused",
          () -> wire.endedWith(OVERLOADED) == 30 && produces.size() == most);
      assertEquals(
          "this broker has 50 open calls at most; try again in 1,000 ms",
          wire.headersOf(159).get("grpc-message"));
      produces.forEach(answer -> answer.accept(List.of(new PartOutcome.Handed())));
      Eventually.holds("the others are answered", () -> wire.endedWith("0") == most);
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }
}
