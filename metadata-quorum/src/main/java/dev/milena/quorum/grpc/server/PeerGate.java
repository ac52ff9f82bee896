package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerHeaders;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every service of milena.peer.v1: turns away calls that are meant for another
 * cluster, and reads who is calling.
 */
final class PeerGate implements ServerInterceptor {
  private static final String INTRODUCE = QuorumAccessGrpc.getIntroduceMethod().getFullMethodName();

  /** As a cluster id may be long; what is longer is not repeated in an answer. */
  private static final int MAX_CLUSTER_LENGTH = 64;

  private final String clusterId;

  PeerGate(String clusterId) {
    this.clusterId = clusterId;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String cluster = headers.get(PeerHeaders.CLUSTER);
    boolean introduction = INTRODUCE.equals(call.getMethodDescriptor().getFullMethodName());
    if (cluster == null ? !introduction : !cluster.equals(clusterId)) {
      return refuse(call, Status.FAILED_PRECONDITION.withDescription(otherCluster(cluster)));
    }
    PeerCaller caller;
    try {
      caller = caller(call, headers);
    } catch (IllegalArgumentException malformed) {
      return refuse(call, Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()));
    }
    Context context = Context.current().withValue(PeerCaller.KEY, caller);
    return Contexts.interceptCall(context, call, headers, next);
  }

  private String otherCluster(@Nullable String cluster) {
    if (cluster == null) {
      return "this node is of cluster %s, the call names none; set the header %s"
          .formatted(clusterId, PeerHeaders.CLUSTER.name());
    }
    String shown = cluster.length() > MAX_CLUSTER_LENGTH ? "another one" : cluster;
    return "this node is of cluster %s, the call is meant for %s".formatted(clusterId, shown);
  }

  private static PeerCaller caller(ServerCall<?, ?> call, Metadata headers) {
    String address = address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    String broker = headers.get(PeerHeaders.BROKER);
    byte[] token = headers.get(PeerHeaders.TOKEN);
    if (broker == null && token == null) {
      return new PeerCaller.Stranger(address);
    }
    if (broker == null || token == null) {
      throw new IllegalArgumentException(
          "the headers %s and %s come together"
              .formatted(PeerHeaders.BROKER.name(), PeerHeaders.TOKEN.name()));
    }
    return new PeerCaller.Broker(brokerId(broker), BrokerToken.of(token).hash(), address);
  }

  private static int brokerId(String text) {
    try {
      int id = Integer.parseInt(text);
      if (id >= 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the header milena-broker is no number", e);
    }
    throw new IllegalArgumentException("the header milena-broker is negative");
  }

  private static String address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        ? inet.getHostString() + ":" + inet.getPort()
        : "";
  }

  private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
