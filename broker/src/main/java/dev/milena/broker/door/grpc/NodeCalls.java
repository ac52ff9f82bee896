package dev.milena.broker.door.grpc;

import com.google.protobuf.MessageLite;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks another node what a client has asked this one, and hands its answer or its error through as
 * it is.
 *
 * <p>Such calls are rare and a person waits for each: every one has a connection of its own, so
 * that nothing is left open or remembered about nodes that come and go.
 */
@OwnedBy(Owner.ANY_THREAD)
final class NodeCalls {
  /** As many at once as a busy day of administration has; more are refused. */
  static final int MOST = 32;

  private static final int ANSWER_BYTES = 8 << 20;

  /** So that the other node's own, better explained, time-out comes before ours. */
  private static final long GRACE_MS = 250;

  private final Semaphore free = new Semaphore(MOST);
  private final Executor handlers;
  private final PassedOn passedOn;

  /**
   * Asks nobody yet.
   *
   * @param handlers where answers are handed through
   */
  NodeCalls(Executor handlers, PassedOn passedOn) {
    this.handlers = handlers;
    this.passedOn = passedOn;
  }

  /**
   * The node to ask.
   *
   * @param host where its client port is
   */
  record Node(int id, String host, int port) {
    @Override
    public String toString() {
      return "node %s at %s:%s".formatted(id, host, port);
    }
  }

  /**
   * What is asked.
   *
   * @param timeoutMs how long that may take, in milliseconds
   * @param read whether it changes nothing
   */
  record Question<Q, R>(MethodDescriptor<Q, R> method, Q request, long timeoutMs, boolean read) {
    /** What to say where it was not carried out. */
    String next() {
      return read ? "try again" : "nothing was changed, try again";
    }
  }

  /**
   * Asks and answers; does not wait.
   *
   * @param caller for whom, which the other node's log is to say
   */
  <Q, R extends MessageLite> void ask(
      Node node, Question<Q, R> question, Caller caller, UnaryAnswer<? super R> answer) {
    if (!free.tryAcquire()) {
      answer.refuse(
          Refusal.overloaded("%s calls for other nodes are under way already".formatted(MOST)));
      return;
    }
    Place place = new Place();
    boolean asked = false;
    try {
      ManagedChannel connection = connect(node);
      place.connection = Optional.of(connection);
      Metadata headers = passedOn.headers(caller);
      Channel channel =
          ClientInterceptors.intercept(
              connection, MetadataUtils.newAttachHeadersInterceptor(headers));
      send(channel, node, question, answer, place);
      asked = true;
    } catch (IllegalArgumentException noAddress) {
      answer.refuse(unasked(node, question, String.valueOf(noAddress.getMessage())));
    } finally {
      if (!asked) {
        place.giveBack();
      }
    }
  }

  private ManagedChannel connect(Node node) {
    return ManagedChannelBuilder.forAddress(node.host(), node.port())
        .usePlaintext()
        .executor(handlers)
        .maxInboundMessageSize(ANSWER_BYTES)
        .disableRetry()
        .build();
  }

  private static <Q, R extends MessageLite> void send(
      Channel channel,
      Node node,
      Question<Q, R> question,
      UnaryAnswer<? super R> answer,
      Place place) {
    Sent sent = new Sent();
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            question.method(),
            CallOptions.DEFAULT
                .withDeadlineAfter(question.timeoutMs() + GRACE_MS, TimeUnit.MILLISECONDS)
                .withStreamTracerFactory(sent)),
        question.request(),
        new StreamObserver<>() {
          @Override
          public void onNext(R told) {
            answer.give(told);
          }

          @Override
          public void onError(Throwable failure) {
            place.giveBack();
            failed(node, question, failure, sent.isSent(), answer);
          }

          @Override
          public void onCompleted() {
            place.giveBack();
          }
        });
  }

  private static void failed(
      Node node, Question<?, ?> question, Throwable failure, boolean sent, UnaryAnswer<?> answer) {
    com.google.rpc.Status said = StatusProto.fromThrowable(failure);
    if (said != null && said.getDetailsCount() > 0) {
      // the node has answered, with an error
      answer.end(StatusProto.toStatusRuntimeException(said));
      return;
    }
    Status status = Status.fromThrowable(failure);
    String what =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    answer.refuse(
        sent && !question.read()
            ? Refusal.of(
                ErrorKind.TIMED_OUT,
                "%s, which was asked to do it, did not answer (%s): it may or may not be done; look before you repeat it"
                    .formatted(node, what))
            : unasked(node, question, what));
  }

  private static Refusal unasked(Node node, Question<?, ?> question, String why) {
    return Refusal.of(
        ErrorKind.QUORUM_UNAVAILABLE,
        "%s, which knows, cannot be asked (%s); %s".formatted(node, why, question.next()));
  }

  /** What a call takes while it is under way: one of so many places, and a connection. */
  private final class Place {
    private final AtomicBoolean taken = new AtomicBoolean(true);
    private volatile Optional<ManagedChannel> connection = Optional.empty();

    /** When the call is over; whoever comes later does nothing. */
    void giveBack() {
      if (taken.compareAndSet(true, false)) {
        free.release();
        connection.ifPresent(ManagedChannel::shutdown);
      }
    }
  }

  /** Whether any of the request has gone out. */
  private static final class Sent extends ClientStreamTracer.Factory {
    private volatile boolean message;

    boolean isSent() {
      return message;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void outboundMessageSent(int seq, long wireBytes, long plainBytes) {
          message = true;
        }
      };
    }
  }
}
