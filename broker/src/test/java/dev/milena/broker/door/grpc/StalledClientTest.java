package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What clients that stop in the middle of a request cost the broker. */
class StalledClientTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final String PRODUCE = "milena.v1.ProduceService/Produce";
  private static final String PRODUCE_STREAM = "milena.v1.ProduceService/ProduceStream";
  private static final String OVERLOADED = "8";

  private static final GrpcDoorSettings.Limits LIMITS =
      new GrpcDoorSettings.Limits(1_000, 64 * MEBIBYTE, 64 * MEBIBYTE, 60_000, 60_000);

  /** The room for requests, and what a test JVM needs beside. */
  private static final long MOST_BYTES = LIMITS.receivedBytes() + 48 * MEBIBYTE;

  private static final byte[] REQUEST =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFrom(new byte[MEBIBYTE]))
          .build()
          .toByteArray();

  private static final byte[] SMALL_REQUEST =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFromUtf8("x"))
          .build()
          .toByteArray();

  private final ScriptedCore core = new ScriptedCore();

  /** What a client does with one stream. */
  @FunctionalInterface
  private interface Stall {
    void on(Http2Wire wire, int stream) throws IOException, InterruptedException;
  }

  @Test
  void requestsThatAreNeverSaidToBeCompleteHoldABoundedNumberOfBytes() throws Exception {
    stalled(
        900, (wire, stream) -> wire.call(stream, PRODUCE).message(stream, REQUEST, REQUEST.length));
  }

  @Test
  void messagesThatNeverEndHoldABoundedNumberOfBytes() throws Exception {
    stalled(
        900,
        (wire, stream) -> wire.call(stream, PRODUCE).message(stream, REQUEST, REQUEST.length - 1));
  }

  @Test
  void compressedRequestsAreCountedAsWhatTheyUnpackTo() throws Exception {
    stalled(900, (wire, stream) -> wire.gzipCall(stream, PRODUCE).gzipMessage(stream, REQUEST));
  }

  @Test
  void recordsThatTheCoreHasNotAnsweredHoldABoundedNumberOfBytes() throws Exception {
    Queue<Consumer<? super RecordsOutcome>> unanswered = new ConcurrentLinkedQueue<>();
    core.onRecords = (_, answer) -> unanswered.add(answer);
    Record record = Record.newBuilder().setValue(ByteString.copyFrom(new byte[MEBIBYTE])).build();
    byte[] records =
        ProduceRequest.newBuilder()
            .setTopic("t")
            .setRecords(RecordList.newBuilder().addRecords(record))
            .build()
            .toByteArray();
    try (OpenDoor door = OpenDoor.before(core, LIMITS, System::nanoTime);
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      for (int stream = 1; stream < 400; stream += 2) {
        wire.call(stream, PRODUCE).message(stream, records, records.length).end(stream).flush();
      }
      Eventually.holds(
          "all came to the core or are refused",
          () -> unanswered.size() + wire.endedWith(OVERLOADED) == 200);
      assertTrue(unanswered.size() > 50, unanswered.size() + " came to the core");
      assertTrue(door.doors.held().recordBytes() <= LIMITS.receivedBytes());
      unanswered.forEach(answer ->
          answer.accept(
              new RecordsOutcome.RecordsRefused(Refusal.of(ErrorKind.STORAGE_FULL, "full"))));
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  @Test
  void aMessageInPiecesOfOneByteHoldsABoundedNumberOfBuffers() throws Exception {
    stalled(
        20,
        (wire, stream) -> {
          wire.call(stream, PRODUCE).message(stream, REQUEST, 0);
          for (int i = 0; i < 20_000 && !wire.isOver(stream); i++) {
            wire.data(stream, new byte[1]);
          }
        });
  }

  @Test
  void framesWithoutBytesHoldABoundedNumberOfBuffers() throws Exception {
    stalled(
        20,
        (wire, stream) -> {
          wire.call(stream, PRODUCE);
          for (int i = 0; i < 50_000 && !wire.isOver(stream); i++) {
            wire.frame(Http2Wire.DATA, 0, stream, new byte[0]);
          }
        });
  }

  @Test
  void whatStreamsSendAheadOfTheirAnswersHoldsABoundedNumberOfBytes() throws Exception {
    Queue<Consumer<? super List<PartOutcome>>> unanswered = new ConcurrentLinkedQueue<>();
    core.onProduce = (_, answer) -> unanswered.add(answer);
    byte[] ahead = new byte[900 << 10];
    stalled(
        200,
        (wire, stream) -> {
          wire.call(stream, PRODUCE_STREAM);
          for (int i = 0; i < ProduceStreamSession.MAX_UNANSWERED; i++) {
            wire.message(stream, SMALL_REQUEST, SMALL_REQUEST.length);
          }
          wire.flush();
          int taken = (stream / 2 + 1) * ProduceStreamSession.MAX_UNANSWERED;
          Eventually.holds(
              "the core has as many as it may",
              () -> unanswered.size() >= taken || wire.isOver(stream));
          wire.data(stream, ahead);
        });
  }

  /**
   * A client opens calls and stops in each: what the broker holds stays within its bound, it serves
   * others meanwhile, and when the client has gone it holds nothing.
   */
  private void stalled(int calls, Stall stall) throws Exception {
    try (OpenDoor door = OpenDoor.before(core, LIMITS, System::nanoTime)) {
      long before = memoryBytes();
      try (Http2Wire wire = Http2Wire.to(door.doors.address())) {
        for (int i = 0; i < calls && !wire.ended(); i++) {
          stallUnlessHungUp(wire, 2 * i + 1, stall);
        }
        Eventually.settles(() -> door.doors.held().receivedBytes(), 300);
        long grownBytes = memoryBytes() - before;
        System.out.printf(
            "%d stalled calls: %s, %d refused, %d reset, memory grew by %d KiB%n",
            calls,
            door.doors.held(),
            wire.endedWith(OVERLOADED),
            wire.heard(Http2Wire.RST_STREAM),
            grownBytes >> 10);
        assertTrue(grownBytes < MOST_BYTES, "grown " + grownBytes);
        assertEquals(
            1,
            door.admin()
                .describeCluster(DescribeClusterRequest.getDefaultInstance())
                .getAnsweredBy());
      }
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  /** A client that goes on after a no is hung up on: that ends its part, too. */
  private static void stallUnlessHungUp(Http2Wire wire, int stream, Stall stall)
      throws IOException, InterruptedException {
    try {
      stall.on(wire, stream);
      wire.flush();
    } catch (IOException hungUp) {
      Eventually.holds("the end is heard, not only felt", wire::ended);
    }
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
