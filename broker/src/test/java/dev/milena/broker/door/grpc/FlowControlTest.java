package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ProduceRequest;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.netty.util.internal.PlatformDependent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client that does not keep up costs the broker. */
class FlowControlTest {
  private static final int ANSWER_BYTES = 1 << 20;
  private static final LogBounds BOUNDS = new LogBounds(0, 0, Long.MAX_VALUE, 1);
  private static final ProduceRequest REQUEST =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFromUtf8("x"))
          .build();

  private final ScriptedCore core = new ScriptedCore();
  private final ExecutorService readers = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopReaders() {
    readers.shutdownNow();
  }

  /** A FetchStream that takes answers only when it is told to. */
  private static final class Reader implements ClientResponseObserver<FetchRequest, FetchResponse> {
    private final AtomicLong taken = new AtomicLong();
    private @Nullable ClientCallStreamObserver<FetchRequest> stream;

    static Reader of(OpenDoor door) {
      Reader reader = new Reader();
      FetchServiceGrpc.newStub(door.channel)
          .fetchStream(
              FetchRequest.newBuilder().setTopic("t").setForm(FetchForm.FETCH_FORM_BATCHES).build(),
              reader);
      return reader;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FetchRequest> begun) {
      stream = begun;
      begun.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(FetchResponse response) {
      taken.incrementAndGet();
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}

    ClientCallStreamObserver<FetchRequest> stream() {
      if (stream == null) {
        throw new IllegalStateException("not begun");
      }
      return stream;
    }
  }

  /** A core whose readers always have a mebibyte more. */
  private AtomicLong endless() {
    AtomicLong asked = new AtomicLong();
    core.onFetch =
        (call, answer) -> {
          asked.incrementAndGet();
          readers.execute(() -> answer.accept(mebibyteFor(call)));
        };
    return asked;
  }

  private static FetchOutcome mebibyteFor(FetchCall call) {
    long from = call.start() instanceof FetchStart.AtOffset(long offset) ? offset : 0;
    return new FetchOutcome.BatchesFetched(
        ByteBuffer.allocate(ANSWER_BYTES).asReadOnlyBuffer(), from + 1, BOUNDS);
  }

  @Test
  void readersThatStallHoldAFewAnswersEachAndGoOnLater() throws Exception {
    int streams = 20;
    AtomicLong asked = endless();
    try (OpenDoor door = OpenDoor.before(core)) {
      long before = memoryBytes();
      List<Reader> stalled = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        stalled.add(Reader.of(door));
      }
      Eventually.holds(
          "each has its first answer", () -> stalled.stream().allMatch(r -> r.taken.get() == 1));
      long answers = Eventually.settles(asked::get, 500);
      long grownBytes = memoryBytes() - before;
      System.out.printf(
          "%d stalled streams: %d answers of 1 MiB asked of the core, memory of client and server"
              + " grew by %d KiB%n",
          streams, answers, grownBytes >> 10);
      assertTrue(answers <= streams * 4L, "asked " + answers);
      // Both ends are in this JVM: the taken answer, the client's window, what gRPC holds of the
      // next ones, and the arrays they were read into.
      assertTrue(grownBytes < streams * 8L * ANSWER_BYTES, "grown " + grownBytes);

      stalled.forEach(reader -> reader.stream().request(5));
      Eventually.holds("all go on", () -> stalled.stream().allMatch(r -> r.taken.get() == 6));
    }
  }

  @Test
  void cancelledStreamsAreForgottenAndAskNoMore() throws Exception {
    AtomicLong asked = endless();
    try (OpenDoor door = OpenDoor.before(core)) {
      List<Reader> readersGone = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Reader reader = Reader.of(door);
        reader.stream().request(Integer.MAX_VALUE - 1);
        readersGone.add(reader);
      }
      Eventually.holds(
          "all are reading", () -> readersGone.stream().allMatch(r -> r.taken.get() >= 1));
      readersGone.forEach(reader -> reader.stream().cancel("enough", null));
      Eventually.holds("no call is open", () -> door.doors.openCalls() == 0);
      long last = Eventually.settles(asked::get, 200);
      assertEquals(last, asked.get());
    }
  }

  @Test
  void anAnswerThatComesAfterTheClientHasGoneIsDropped() throws Exception {
    Queue<Consumer<? super FetchOutcome>> waiting = new ConcurrentLinkedQueue<>();
    core.onFetch = (_, answer) -> waiting.add(answer);
    try (OpenDoor door = OpenDoor.before(core)) {
      Reader reader = Reader.of(door);
      Eventually.holds("the core is asked", () -> waiting.size() == 1);
      reader.stream().cancel("gone", null);
      Eventually.holds("no call is open", () -> door.doors.openCalls() == 0);
      waiting.remove().accept(new FetchOutcome.BatchesFetched(ByteBuffer.allocate(10), 1, BOUNDS));
      assertEquals(0, waiting.size());
    }
  }

  @Test
  void aStreamForEachOfManyPartitionsLeavesRoomForCallsBesideThem() throws Exception {
    Queue<Consumer<? super FetchOutcome>> waiting = new ConcurrentLinkedQueue<>();
    core.onFetch = (_, answer) -> waiting.add(answer);
    try (OpenDoor door = OpenDoor.before(core)) {
      for (int i = 0; i < 300; i++) {
        Reader.of(door);
      }
      Eventually.holds("all wait in the core", () -> waiting.size() == 300);
      assertEquals(
          1,
          door.admin()
              .describeCluster(DescribeClusterRequest.getDefaultInstance())
              .getAnsweredBy());
    }
  }

  @Test
  void anAnswerThatFindsNoMemoryIsRefusedAsOverloadedAndSparesTheCoresThread() {
    List<Throwable> told = new ArrayList<>();
    var answer =
        new UnaryAnswer<FetchResponse>(
            new StreamObserver<>() {
              @Override
              public void onNext(FetchResponse response) {
                throw new OutOfMemoryError("planted");
              }

              @Override
              public void onError(Throwable thrown) {
                told.add(thrown);
              }

              @Override
              public void onCompleted() {
                throw new AssertionError("completed");
              }
            },
            "method",
            new CallMemory(
                new DoorMemory(OpenDoor.SETTINGS.limits(), System::nanoTime), 0, Optional.empty()));
    answer
        .from((FetchResponse response) -> answer.give(response))
        .accept(FetchResponse.getDefaultInstance());
    assertEquals(1, told.size());
    assertEquals("OVERLOADED", Refusals.info(told.getFirst()).getReason());
  }

  @Test
  void aLongWaitIsOneFetchThatKnowsWhenItsClientLeaves() throws Exception {
    Queue<FetchCall> calls = new ConcurrentLinkedQueue<>();
    core.onFetch = (call, answer) -> calls.add(call);
    try (OpenDoor door = OpenDoor.before(core)) {
      var request =
          FetchRequest.newBuilder().setTopic("t").setMinBytes(2).setMaxWaitMs(300_000).build();
      var client = FetchServiceGrpc.newFutureStub(door.channel).fetch(request);
      Eventually.holds("it is asked", () -> calls.size() == 1);
      FetchCall call = calls.element();
      assertEquals(new FetchCall.Bounds(2, 1 << 20, 300_000), call.bounds());
      assertFalse(call.gone().getAsBoolean());
      client.cancel(true);
      Eventually.holds("it knows", () -> call.gone().getAsBoolean());
    }
  }

  @Test
  void aProduceStreamHasFiveRequestsUnansweredAndAnswersInOrder() throws Exception {
    List<Consumer<? super List<PartOutcome>>> held = new ArrayList<>();
    core.onProduce =
        (_, answer) -> {
          synchronized (held) {
            held.add(answer);
          }
        };
    try (OpenDoor door = OpenDoor.before(core)) {
      var talk = new ProduceConversation(door);
      for (int i = 0; i < 20; i++) {
        talk.say(REQUEST.toBuilder().setCorrelationId(i).build());
      }
      assertEquals(5, Eventually.settles(() -> size(held), 300));
      answer(held, 3);
      answer(held, 2);
      assertEquals(5, Eventually.settles(() -> size(held), 100), "none is first in order");
      answer(held, 0);
      assertEquals(0, talk.hear().getCorrelationId());
      Eventually.holds("one more is read", () -> size(held) == 6);
      answer(held, 1);
      for (int i = 1; i <= 3; i++) {
        assertEquals(i, talk.hear().getCorrelationId());
      }
      assertEquals(9, Eventually.settles(() -> size(held), 300));
      talk.hangUp();
      Eventually.holds("no call is open", () -> door.doors.openCalls() == 0);
      answer(held, 4);
    }
  }

  @Test
  void aProducerThatReadsNoAnswersIsNotReadEither() throws Exception {
    AtomicLong stored = new AtomicLong();
    Refusal wordy = Refusal.of(ErrorKind.STORAGE_FULL, "x".repeat(1_000));
    core.onProduce =
        (_, answer) -> {
          stored.incrementAndGet();
          answer.accept(List.of(new PartOutcome.NotWritten(wordy)));
        };
    int requests = 6_000;
    try (OpenDoor door = OpenDoor.before(core)) {
      var deaf = new ProduceConversation(door, false);
      for (int i = 0; i < requests; i++) {
        deaf.say(REQUEST);
      }
      long taken = Eventually.settles(stored::get, 500);
      assertTrue(taken < requests / 2, "taken " + taken);
      deaf.listen(requests);
      for (int i = 0; i < requests; i++) {
        assertEquals("STORAGE_FULL", deaf.hear().getError().getReason());
      }
    }
  }

  private static int size(List<?> held) {
    synchronized (held) {
      return held.size();
    }
  }

  private static void answer(List<Consumer<? super List<PartOutcome>>> held, int which) {
    Consumer<? super List<PartOutcome>> answer;
    synchronized (held) {
      answer = held.get(which);
    }
    answer.accept(List.of(new PartOutcome.Handed()));
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
