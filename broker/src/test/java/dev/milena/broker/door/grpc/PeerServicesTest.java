package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.milena.broker.core.ErrorKind;
import dev.milena.proto.peer.v1.BrokerBeat;
import dev.milena.proto.peer.v1.BrokerSessionsGrpc;
import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.proto.peer.v1.SubmitResponse;
import dev.milena.proto.v1.DescribeClusterRequest;
import io.grpc.stub.StreamObserver;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers can do to a broker with the services that are meant for other nodes. */
@Timeout(120)
class PeerServicesTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final String SUBMIT = "milena.peer.v1.QuorumAccess/Submit";
  private static final String INTRODUCE = "milena.peer.v1.QuorumAccess/Introduce";
  private static final String SESSION = "milena.peer.v1.BrokerSessions/Session";
  private static final String OVERLOADED = "8";
  private static final String INVALID_ARGUMENT = "3";
  private static final GrpcDoorSettings.Limits LIMITS =
      new GrpcDoorSettings.Limits(1_000, 64 * MEBIBYTE, 64 * MEBIBYTE, 60_000, 60_000);

  /** The room for requests, and what a test JVM needs beside. */
  private static final long MOST_BYTES = LIMITS.receivedBytes() + 48 * MEBIBYTE;

  /** Submissions that came to their handler, which has them for as long as it likes. */
  private final BlockingQueue<SubmitRequest> submitted = new LinkedBlockingQueue<>();

  /** What became of sessions. */
  private final BlockingQueue<String> sessions = new LinkedBlockingQueue<>();

  private final class Quorum extends QuorumAccessGrpc.QuorumAccessImplBase {
    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitResponse> out) {
      submitted.add(request);
      out.onNext(SubmitResponse.getDefaultInstance());
      out.onCompleted();
    }

    @Override
    public void introduce(IntroduceRequest request, StreamObserver<IntroduceResponse> out) {
      out.onNext(IntroduceResponse.newBuilder().setNodeId(3).build());
      out.onCompleted();
    }
  }

  private final class Sessions extends BrokerSessionsGrpc.BrokerSessionsImplBase {
    @Override
    public StreamObserver<BrokerBeat> session(StreamObserver<LeaderBeat> out) {
      sessions.add("begun");
      return new StreamObserver<>() {
        @Override
        public void onNext(BrokerBeat beat) {
          sessions.add("beat " + beat.getAcknowledgedIndex());
        }

        @Override
        public void onError(Throwable end) {
          sessions.add("broken");
        }

        @Override
        public void onCompleted() {
          sessions.add("completed");
        }
      };
    }
  }

  private OpenDoor door() throws IOException {
    PeerServices peers =
        new PeerServices(
            List.of(new Quorum().bindService(), new Sessions().bindService()),
            new TreeMap<>(Map.of(SUBMIT, 4 * MEBIBYTE)));
    return OpenDoor.before(peers, LIMITS);
  }

  private static byte[] submission(int bytes) {
    return SubmitRequest.newBuilder()
        .setSubmission(ByteString.copyFrom(new byte[bytes]))
        .build()
        .toByteArray();
  }

  private String next(BlockingQueue<String> said) throws InterruptedException {
    String one = said.poll(20, TimeUnit.SECONDS);
    assertNotNull(one);
    return one;
  }

  @Test
  void requestsThatAreNeverSaidToBeCompleteHoldABoundedNumberOfBytes() throws Exception {
    byte[] request = submission(MEBIBYTE);
    try (OpenDoor door = door()) {
      long before = memoryBytes();
      try (Http2Wire wire = Http2Wire.to(door.doors.address())) {
        for (int i = 0; i < 400 && !wire.ended(); i++) {
          unlessHungUp(wire, 2 * i + 1, request);
        }
        Eventually.settles(() -> door.doors.held().receivedBytes(), 300);
        long grownBytes = memoryBytes() - before;
        System.out.printf(
            "400 stalled submissions: %s, %d refused, memory grew by %d KiB%n",
            door.doors.held(), wire.endedWith(OVERLOADED), grownBytes >> 10);
        assertTrue(grownBytes < MOST_BYTES, "grown " + grownBytes);
        assertTrue(wire.ended() || wire.endedWith(OVERLOADED) > 100);
        assertEquals(
            1,
            door.admin()
                .describeCluster(DescribeClusterRequest.getDefaultInstance())
                .getAnsweredBy());
      }
      assertTrue(submitted.isEmpty());
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  /** A client that goes on after a no is hung up on: that ends its part, too. */
  private static void unlessHungUp(Http2Wire wire, int stream, byte[] request)
      throws InterruptedException {
    try {
      wire.call(stream, SUBMIT).message(stream, request, request.length).flush();
    } catch (IOException hungUp) {
      Eventually.holds("the end is heard, not only felt", wire::ended);
    }
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }

  @Test
  void fieldsThatARequestDoesNotHaveAreDroppedAsTheyAreRead() throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(submission(5));
    CodedOutputStream fields = CodedOutputStream.newInstance(bytes);
    for (int field = 100; field < 100_000; field++) {
      fields.writeUInt32(field, 1);
    }
    fields.flush();
    try (OpenDoor door = door()) {
      var _ = RawCall.call(door, SUBMIT, bytes.toByteArray());
      SubmitRequest request = submitted.remove();
      assertEquals(5, request.getSubmission().size());
      assertTrue(request.getUnknownFields().asMap().isEmpty());
      Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SUBMIT, INTRODUCE, "grpc.health.v1.Health/Check"})
  void aRequestThatIsNoMessageIsRefusedAndNoBug(String method) throws Exception {
    try (OpenDoor door = door()) {
      for (byte[] malformed : List.of(new byte[] {0x0a, 0x7f}, new byte[] {7}, new byte[] {0})) {
        Refusals.assertRefused(
            ErrorKind.INVALID_REQUEST, () -> RawCall.call(door, method, malformed));
      }
      byte[] whole = submission(100);
      for (int length = 1; length < whole.length; length++) {
        byte[] front = Arrays.copyOf(whole, length);
        Refusals.assertRefused(ErrorKind.INVALID_REQUEST, () -> RawCall.call(door, SUBMIT, front));
      }
      assertTrue(submitted.isEmpty());
    }
  }

  @Test
  void aMessageOfAStreamThatIsNoneEndsItAndItsHandlerHearsOfIt() throws Exception {
    byte[] beat = BrokerBeat.newBuilder().setAcknowledgedIndex(7).build().toByteArray();
    try (OpenDoor door = door();
        Http2Wire wire = Http2Wire.to(door.doors.address())) {
      wire.call(1, SESSION).message(1, beat, beat.length).flush();
      assertEquals("begun", next(sessions));
      assertEquals("beat 7", next(sessions));
      wire.message(1, new byte[] {0x0a, 0x7f}, 2).flush();
      assertEquals("broken", next(sessions));
      Eventually.holds("it is refused", () -> wire.endedWith(INVALID_ARGUMENT) == 1);

      byte[] large = new byte[GuestServices.NAME_BYTES + 1];
      wire.call(3, SESSION).message(3, beat, beat.length).message(3, large, large.length).flush();
      assertEquals("begun", next(sessions));
      assertEquals("beat 7", next(sessions));
      Eventually.holds("it is refused, too", () -> wire.endedWith(INVALID_ARGUMENT) == 2);
      wire.end(3).flush();
      assertEquals("broken", next(sessions));
    }
  }

  @Test
  void onlyASubmissionMayBeLarge() throws Exception {
    try (OpenDoor door = door()) {
      byte[] most = submission(4 * MEBIBYTE - 20);
      var _ = RawCall.call(door, SUBMIT, most);
      assertArrayEquals(most, submitted.remove().toByteArray());
      Refusals.assertRefused(
          ErrorKind.INVALID_REQUEST,
          () -> RawCall.call(door, SUBMIT, submission(4 * MEBIBYTE + 1)));
      byte[] large = submission(GuestServices.NAME_BYTES);
      Refusals.assertRefused(ErrorKind.INVALID_REQUEST, () -> RawCall.call(door, INTRODUCE, large));
      byte[] small = submission(GuestServices.NAME_BYTES - 10);
      assertEquals(
          3, IntroduceResponse.parseFrom(RawCall.call(door, INTRODUCE, small)).getNodeId());
    }
  }
}
