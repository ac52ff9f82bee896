package dev.milena.broker.door.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Marks the calls that a node sends on for a client, so that none is sent on twice. */
final class PassedOn implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("milena-passed-on", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Boolean> KEY = Context.keyWithDefault("milena-passed-on", false);

  /** Whether the call that is being handled was sent on already. */
  static boolean here() {
    return KEY.get();
  }

  /** What such a call carries. */
  static Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(HEADER, "1");
    return headers;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return Contexts.interceptCall(
        Context.current().withValue(KEY, headers.containsKey(HEADER)), call, headers, next);
  }
}
