package dev.milena.broker.door.grpc;

import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One ProduceStream, spoken by hand. */
final class ProduceConversation {
  private sealed interface Heard {
    record Answer(ProduceResponse response) implements Heard {}

    record Failure(Throwable thrown) implements Heard {}

    record End() implements Heard {}
  }

  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private @Nullable ClientCallStreamObserver<ProduceRequest> out;

  ProduceConversation(OpenDoor door) {
    this(door, true);
  }

  /** With {@code listening} false nothing is read before {@link #listen}. */
  ProduceConversation(OpenDoor door, boolean listening) {
    var _ =
        ProduceServiceGrpc.newStub(door.channel)
            .produceStream(
                new ClientResponseObserver<ProduceRequest, ProduceResponse>() {
                  @Override
                  public void beforeStart(ClientCallStreamObserver<ProduceRequest> stream) {
                    out = stream;
                    if (!listening) {
                      stream.disableAutoRequestWithInitial(0);
                    }
                  }

                  @Override
                  public void onNext(ProduceResponse response) {
                    heard.add(new Heard.Answer(response));
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    heard.add(new Heard.Failure(thrown));
                  }

                  @Override
                  public void onCompleted() {
                    heard.add(new Heard.End());
                  }
                });
  }

  ProduceConversation say(ProduceRequest request) {
    stream().onNext(request);
    return this;
  }

  ProduceConversation done() {
    stream().onCompleted();
    return this;
  }

  void listen(int answers) {
    stream().request(answers);
  }

  void hangUp() {
    stream().cancel("enough", null);
  }

  /** The next answer. */
  ProduceResponse hear() throws InterruptedException {
    return switch (next()) {
      case Heard.Answer(ProduceResponse response) -> response;
      case Heard.Failure(Throwable thrown) -> throw new AssertionError("ended", thrown);
      case Heard.End() -> throw new AssertionError("ended");
    };
  }

  /** How the stream failed. */
  Throwable failure() throws InterruptedException {
    return switch (next()) {
      case Heard.Failure(Throwable thrown) -> thrown;
      case Heard.Answer(ProduceResponse response) -> throw new AssertionError(response);
      case Heard.End() -> throw new AssertionError("ended well");
    };
  }

  /** The stream must have ended well. */
  void ended() throws InterruptedException {
    switch (next()) {
      case Heard.End() -> {}
      case Heard.Failure(Throwable thrown) -> throw new AssertionError("failed", thrown);
      case Heard.Answer(ProduceResponse response) -> throw new AssertionError(response);
    }
  }

  private Heard next() throws InterruptedException {
    Heard next = heard.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("heard nothing for 20 s");
    }
    return next;
  }

  private ClientCallStreamObserver<ProduceRequest> stream() {
    if (out == null) {
      throw new IllegalStateException("not begun");
    }
    return out;
  }
}
