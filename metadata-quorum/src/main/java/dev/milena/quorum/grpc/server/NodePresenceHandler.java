package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.DescribeRequest;
import dev.milena.proto.peer.v1.DescribeResponse;
import dev.milena.proto.peer.v1.DirectorySpace;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.IncarnationBytes;
import dev.milena.quorum.grpc.NodeDescription;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** NodePresence: says which run of the node this is, and what it has. */
final class NodePresenceHandler extends NodePresenceGrpc.NodePresenceImplBase {
  private final NodeName node;
  private final Supplier<NodeDescription> description;
  private final TokenHashes hashes;

  /**
   * Answers for a node.
   *
   * @param description what it has when asked; may wait a moment, on no disk
   * @param hashes tells who is a broker
   */
  NodePresenceHandler(NodeName node, Supplier<NodeDescription> description, TokenHashes hashes) {
    this.node = node;
    this.description = description;
    this.hashes = hashes;
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

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> out) {
    UnaryReply<DescribeResponse> reply = new UnaryReply<>(out);
    if (!PeerCaller.current().isKnown(hashes)) {
      reply.refuse(PeerCaller.unknown());
      return;
    }
    NodeDescription said = description.get();
    DescribeResponse.Builder described =
        DescribeResponse.newBuilder().setNodeId(node.nodeId()).setStranger(said.stranger());
    for (DiskSpace disk : said.disks()) {
      described.addLogDirectories(
          DirectorySpace.newBuilder()
              .setPath(disk.path())
              .setTotalBytes(disk.totalBytes())
              .setFreeBytes(disk.freeBytes()));
    }
    reply.give(described.build());
  }
}
