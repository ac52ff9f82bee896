package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.TopicCall;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whether a client learns that what it asked for was done, though answers have too little room. */
class UnaryAnswerTest {
  private static final int ROOM_BYTES = 100_000;

  private final GrpcDoorSettings.Limits limits =
      new GrpcDoorSettings.Limits(10, 64 << 20, ROOM_BYTES, 30_000, 30_000);
  private final DoorMemory door = new DoorMemory(limits, () -> 0);
  private final List<String> said = new ArrayList<>();

  private CallMemory call() {
    return (CallMemory) door.newServerStreamTracer("m", new Metadata());
  }

  private UnaryAnswer<BytesValue> answer(CallMemory memory) {
    return new UnaryAnswer<>(new Hearing(said), "m", memory);
  }

  private static BytesValue message(int bytes) {
    return BytesValue.of(ByteString.copyFrom(new byte[bytes]));
  }

  @Test
  void aQuestionWhoseAnswerFindsNoRoomIsRefused() {
    assertTrue(call().tryAnswer(ROOM_BYTES - 5_000));

    answer(call()).give(message(10_000));

    assertEquals(List.of("RESOURCE_EXHAUSTED"), said);
  }

  @Test
  void aChangeIsAnsweredInTheRoomItTookBeforehandWhoeverCameMeanwhile() throws Exception {
    UnaryAnswer<BytesValue> change = answer(call());
    change.reserve(10_000);
    assertTrue(call().tryAnswer(ROOM_BYTES - 10_000));

    change.give(message(9_000));

    assertEquals(List.of("9003 bytes", "completed"), said);
    assertEquals(ROOM_BYTES - 10_000 + 9_003, door.answers().heldBytes());
  }

  /** It is made: to say anything else would have it made again. */
  @Test
  void theAnswerOfAChangeThatCameOutLargerIsGivenAndCounted() throws Exception {
    CallMemory memory = call();
    UnaryAnswer<BytesValue> change = answer(memory);
    change.reserve(0);
    assertTrue(call().tryAnswer(ROOM_BYTES));

    change.give(message(9_000));

    assertEquals(List.of("9003 bytes", "completed"), said);
    assertEquals(ROOM_BYTES + 9_003, door.answers().heldBytes());
    memory.streamClosed(Status.OK);
    assertEquals(ROOM_BYTES, door.answers().heldBytes());
  }

  @Test
  void aChangeWhoseAnswerHasNoRoomIsNotBegunAndGivesBackWhatItHad() throws Exception {
    CallMemory first = call();
    answer(first).reserve(ROOM_BYTES - 5_000);

    RequestRefused refused =
        assertThrows(RequestRefused.class, () -> answer(call()).reserve(10_000));

    assertEquals(ErrorKind.OVERLOADED, refused.refusal().kind());
    first.streamClosed(Status.CANCELLED);
    assertEquals(0, door.answers().heldBytes());
  }

  @Test
  void recordsAndTopicsWhoseAnswersHaveNoRoomAreNotHandedToTheCore() throws Exception {
    List<Object> asked = Collections.synchronizedList(new ArrayList<>());
    ScriptedCore core = new ScriptedCore();
    core.onRecords = (request, answer) -> asked.add(request);
    ProduceRequest records =
        ProduceRequest.newBuilder()
            .setTopic("t")
            .setRecords(
                RecordList.newBuilder()
                    .addAllRecords(Collections.nCopies(10_000, Record.getDefaultInstance())))
            .build();
    try (OpenDoor open = OpenDoor.before(core, limits, System::nanoTime)) {
      ErrorInfo refused =
          Refusals.assertRefused(ErrorKind.OVERLOADED, () -> open.produce().produce(records));
      assertEquals("no", refused.getMetadataOrThrow("stored"));
      assertEquals(List.of(), asked);
      // Asked, this core would break.
      Refusals.assertRefused(
          ErrorKind.OVERLOADED,
          () ->
              open.admin()
                  .createTopic(
                      CreateTopicRequest.newBuilder().setTopic("t").setPartitions(5_000).build()));
    }
  }

  @Test
  void whatAChangedTopicTakesIsToldByItsPartitions() {
    TopicCall alter =
        new TopicCall.AlterTopicCall(
            new Caller("d", "a", "b", "c"),
            "t",
            10_000,
            new TreeMap<>(),
            new TreeSet<>(),
            false,
            1);

    assertEquals(640_000, AdminAnswers.largestBytes(alter));
  }

  /** gRPC ends a call itself when an answer finds no memory, and has no ear for another end. */
  @Test
  void anAnswerThatFoundNoMemoryEndsTheCallAndNotTheThreadOfTheCore() {
    StreamObserver<BytesValue> full =
        new StreamObserver<>() {
          @Override
          public void onNext(BytesValue message) {
            said.add("asked for memory");
            throw new OutOfMemoryError("Cannot reserve 2097152 bytes of direct buffer memory");
          }

          @Override
          public void onError(Throwable thrown) {
            said.add(Status.fromThrowable(thrown).getCode().toString());
            throw new IllegalStateException("call already closed");
          }

          @Override
          public void onCompleted() {
            said.add("completed");
          }
        };
    UnaryAnswer<BytesValue> answer = new UnaryAnswer<>(full, "m", call());

    answer.<BytesValue>from(answer::give).accept(message(10));

    assertEquals(List.of("asked for memory", "RESOURCE_EXHAUSTED"), said);
  }

  private record Hearing(List<String> said) implements StreamObserver<BytesValue> {
    @Override
    public void onNext(BytesValue message) {
      said.add(message.getSerializedSize() + " bytes");
    }

    @Override
    public void onError(Throwable thrown) {
      said.add(Status.fromThrowable(thrown).getCode().toString());
    }

    @Override
    public void onCompleted() {
      said.add("completed");
    }
  }
}
