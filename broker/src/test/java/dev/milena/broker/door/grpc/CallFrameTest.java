package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the handler of a stream hears of its end, by whomever it is ended. */
class CallFrameTest {
  private static final Refusal FULL = Refusal.of(ErrorKind.OVERLOADED, "there is no room");

  private final List<String> heard = new ArrayList<>();
  private final List<Status> said = new ArrayList<>();
  private final OpenCalls calls = new OpenCalls();
  private final DoorMemory door =
      new DoorMemory(new GrpcDoorSettings.Limits(10, 1 << 20, 1 << 20, 300, 300), () -> 0);
  private final CallMemory memory = (CallMemory) door.newServerStreamTracer("m", new Metadata());
  private boolean breaks;
  private Optional<ServerCall<Inbound<ProduceMessage>, ProduceResponse>> framed = Optional.empty();

  private Listener<Inbound<ProduceMessage>> stream() throws Exception {
    CallFrame frame = new CallFrame(calls, nobody -> {});
    return memory
        .filterContext(Context.current())
        .call(() ->
            frame.interceptCall(
                new StandInCall(),
                new Metadata(),
                (call, _) -> {
                  framed = Optional.of(call);
                  return new Hearing();
                }));
  }

  private Inbound<ProduceMessage> message() {
    return new Inbound.Arrived<>(new byte[1], ProduceMessage::read, memory);
  }

  @Test
  void aStreamThatItsHandlerEndsIsCompleteForIt() throws Exception {
    Listener<Inbound<ProduceMessage>> stream = stream();
    stream.onMessage(message());
    stream.onHalfClose();
    framed.orElseThrow().close(Status.OK, new Metadata());
    stream.onComplete();

    assertEquals(List.of("message", "half-closed", "complete"), heard);
    assertEquals(0, calls.count());
  }

  @Test
  void aStreamThatTheDoorEndsForItsMemoryOrItsTimeIsCancelledForItsHandler() throws Exception {
    Listener<Inbound<ProduceMessage>> stream = stream();
    stream.onMessage(message());
    memory.endWith(FULL);
    stream.onMessage(message());
    stream.onReady();
    stream.onHalfClose();
    assertEquals(List.of("message"), heard);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, said.getFirst().getCode());

    stream.onComplete();

    assertEquals(List.of("message", "cancelled"), heard);
    assertEquals(0, calls.count());
  }

  /** What was sent behind a request that is refused may rely on it. */
  @Test
  void nothingIsHandedOnBehindARequestThatEndedItsStream() throws Exception {
    Listener<Inbound<ProduceMessage>> stream = stream();
    stream.onMessage(new Inbound.Unfit<>(FULL));
    stream.onMessage(message());
    stream.onHalfClose();
    stream.onComplete();

    assertEquals(List.of("cancelled"), heard);
    assertEquals(1, said.size());
  }

  @Test
  void aStreamWhoseHandlerBreaksIsCancelledForIt() throws Exception {
    Listener<Inbound<ProduceMessage>> stream = stream();
    breaks = true;
    stream.onMessage(message());
    stream.onMessage(message());
    stream.onHalfClose();
    stream.onComplete();

    assertEquals(List.of("message", "cancelled"), heard);
    assertEquals(Status.Code.INTERNAL, said.getFirst().getCode());
  }

  @Test
  void anEndThatItsHandlerSaidFirstStaysItsOwn() throws Exception {
    Listener<Inbound<ProduceMessage>> stream = stream();
    framed.orElseThrow().close(Status.OK, new Metadata());
    memory.endWith(FULL);
    stream.onComplete();

    assertEquals(List.of("complete"), heard);
    assertEquals(List.of(Status.OK), said);
  }

  /** Keeps what it hears. */
  private final class Hearing extends Listener<Inbound<ProduceMessage>> {
    @Override
    public void onMessage(Inbound<ProduceMessage> message) {
      heard.add("message");
      if (breaks) {
        throw new IllegalStateException("a planted bug");
      }
    }

    @Override
    public void onHalfClose() {
      heard.add("half-closed");
    }

    @Override
    public void onReady() {
      heard.add("ready");
    }

    @Override
    public void onCancel() {
      heard.add("cancelled");
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }
  }

  /** A call whose client is this test. */
  private final class StandInCall extends ServerCall<Inbound<ProduceMessage>, ProduceResponse> {
    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(ProduceResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      said.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Inbound<ProduceMessage>, ProduceResponse> getMethodDescriptor() {
      var method = ProduceServiceGrpc.getProduceStreamMethod();
      var reading = new InboundMarshaller<>(1 << 20, ProduceMessage::read);
      return method.toBuilder(reading, method.getResponseMarshaller()).build();
    }
  }
}
