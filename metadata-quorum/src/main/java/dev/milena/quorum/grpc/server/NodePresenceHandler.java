package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.grpc.IncarnationBytes;
import io.grpc.stub.StreamObserver;

/** NodePresence: says which run of the node this is. */
final class NodePresenceHandler extends NodePresenceGrpc.NodePresenceImplBase {
  private final NodeName node;

  NodePresenceHandler(NodeName node) {
    this.node = node;
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PingResponse> out) {
    new UnaryReply<>(out)
        .give(
            PingResponse.newBuilder()
                .setNodeId(node.nodeId())
                .setIncarnation(IncarnationBytes.of(node.run().get()))
                .build());
  }
}
