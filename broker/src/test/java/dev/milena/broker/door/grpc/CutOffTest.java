package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.proto.v1.ProduceRequest;
import io.grpc.Status;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that ends while what it was asked can never be answered. */
@Timeout(60)
class CutOffTest {
  private static final ProduceRequest BATCHES =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(0)
          .setBatches(ByteString.copyFromUtf8("x"))
          .setCorrelationId(7)
          .build();

  @Test
  void whoWaitsForAnAnswerIsToldAtOnceThatThereWillBeNone() throws Exception {
    ScriptedCore core = new ScriptedCore();
    AtomicInteger asked = new AtomicInteger();
    core.onProduce = (_, _) -> asked.incrementAndGet();
    try (OpenDoor door = OpenDoor.before(core)) {
      ProduceConversation talk = new ProduceConversation(door).say(BATCHES);
      Eventually.holds("it was asked", () -> asked.get() == 1);
      long beganNanos = System.nanoTime();
      door.doors.cutOff();
      assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(talk.failure()).getCode());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
      assertTrue(tookMs < 5_000, "told after " + tookMs + " ms");
      assertThrows(
          IOException.class,
          () ->
              new Socket(door.doors.address().getAddress(), door.doors.address().getPort())
                  .close());
    }
  }
}
