package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.DescribeRequest;
import dev.milena.proto.peer.v1.DescribeResponse;
import dev.milena.proto.peer.v1.DirectorySpace;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.IncarnationBytes;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/** NodePresence: says which run of the node this is, and what it has. */
final class NodePresenceHandler extends NodePresenceGrpc.NodePresenceImplBase {
  private final NodeName node;
  private final Supplier<List<DiskSpace>> disks;
  private final TokenHashes hashes;

  /**
   * Answers for a node.
   *
   * @param disks its log directories as they are when asked; may wait a moment, on no disk
   * @param hashes tells who is a broker
   */
  NodePresenceHandler(NodeName node, Supplier<List<DiskSpace>> disks, TokenHashes hashes) {
    this.node = node;
    this.disks = disks;
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
    DescribeResponse.Builder described = DescribeResponse.newBuilder().setNodeId(node.nodeId());
    for (DiskSpace disk : disks.get()) {
      described.addLogDirectories(
          DirectorySpace.newBuilder()
              .setPath(disk.path())
              .setTotalBytes(disk.totalBytes())
              .setFreeBytes(disk.freeBytes()));
    }
    reply.give(described.build());
  }
}
