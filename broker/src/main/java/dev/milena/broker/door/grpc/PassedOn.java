package dev.milena.broker.door.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.broker.core.Caller;
import dev.milena.proto.peer.v1.Origin;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Marks the calls that a node sends on for a client, so that none is sent on twice, and says for
 * whom. Anybody may write such headers: who a call is for is believed only where a registered
 * broker's token stands beside it; else whoever sent it counts as the one who asks.
 */
@OwnedBy(Owner.ANY_THREAD)
final class PassedOn implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("milena-passed-on", Metadata.ASCII_STRING_MARSHALLER);

  /** The same as in calls of milena.peer.v1. */
  private static final Metadata.Key<String> BROKER =
      Metadata.Key.of("milena-broker", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<byte[]> TOKEN =
      Metadata.Key.of("milena-token-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /** An Origin of milena.peer.v1: who asks, from where, with what. */
  private static final Metadata.Key<byte[]> ASKED_BY =
      Metadata.Key.of("milena-asked-by-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final Context.Key<Boolean> KEY = Context.keyWithDefault("milena-passed-on", false);

  private static final int SHOWN_CHARS = 255;

  private final Optional<KnownNodes> nodes;

  /**
   * Of one node.
   *
   * @param nodes without them nobody is believed, and others are told of nobody
   */
  PassedOn(Optional<KnownNodes> nodes) {
    this.nodes = nodes;
  }

  /** Whether the call that is being handled was sent on already. */
  static boolean here() {
    return KEY.get();
  }

  /** What a call carries that is sent on for somebody. */
  Metadata headers(Caller caller) {
    Metadata headers = new Metadata();
    headers.put(HEADER, "1");
    nodes.ifPresent(known -> {
      headers.put(BROKER, Integer.toString(known.self()));
      headers.put(TOKEN, known.token());
      headers.put(
          ASKED_BY,
          Origin.newBuilder()
              .setPrincipal(Shown.text(caller.principal(), SHOWN_CHARS))
              .setAddress(Shown.text(caller.address(), SHOWN_CHARS))
              .setTool(Shown.text(caller.tool(), SHOWN_CHARS))
              .build()
              .toByteArray());
    });
    return headers;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    boolean passedOn = headers.containsKey(HEADER);
    Context context = Context.current().withValue(KEY, passedOn);
    byte[] askedBy = headers.get(ASKED_BY);
    if (passedOn && askedBy != null && comesFromABroker(headers)) {
      try {
        context = CallFrame.asking(context, caller(askedBy));
      } catch (InvalidProtocolBufferException malformed) {
        StatusRuntimeException answer =
            ErrorAnswers.status(
                RequestRefused.invalid("the header %s is no Origin".formatted(ASKED_BY.name()))
                    .refusal());
        Metadata trailers = answer.getTrailers();
        call.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
      }
    }
    return Contexts.interceptCall(context, call, headers, next);
  }

  private boolean comesFromABroker(Metadata headers) {
    String broker = headers.get(BROKER);
    byte[] token = headers.get(TOKEN);
    return nodes.isPresent()
        && broker != null
        && broker.matches("[0-9]{1,9}")
        && token != null
        && nodes.get().isTokenOf(Integer.parseInt(broker), token);
  }

  private static Caller caller(byte[] askedBy) throws InvalidProtocolBufferException {
    Origin origin = Origin.parseFrom(askedBy);
    return new Caller(
        CallFrame.DOOR,
        Shown.text(origin.getAddress(), SHOWN_CHARS),
        Shown.text(origin.getPrincipal(), SHOWN_CHARS),
        Shown.text(origin.getTool(), SHOWN_CHARS));
  }
}
