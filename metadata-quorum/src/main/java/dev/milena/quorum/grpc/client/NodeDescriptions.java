package dev.milena.quorum.grpc.client;

import dev.milena.proto.peer.v1.DescribeRequest;
import dev.milena.proto.peer.v1.DescribeResponse;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.NodeDescription;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks nodes what they have, all at once. */
public final class NodeDescriptions {
  private static final Logger log = LoggerFactory.getLogger(NodeDescriptions.class);

  private final PeerCalls calls;

  /** Asks nobody yet. */
  public NodeDescriptions(PeerCalls calls) {
    this.calls = calls;
  }

  /**
   * Asks and waits until all have answered or the time is up.
   *
   * @param nodes node ids and where their client port is
   * @return what those say that answered in time, and that are who they should be
   */
  public SortedMap<Integer, NodeDescription> ask(
      SortedMap<Integer, PeerAddress> nodes, long timeoutMs) throws InterruptedException {
    CountDownLatch open = new CountDownLatch(nodes.size());
    ConcurrentSkipListMap<Integer, NodeDescription> answers = new ConcurrentSkipListMap<>();
    for (Map.Entry<Integer, PeerAddress> node : nodes.entrySet()) {
      ClientCalls.asyncUnaryCall(
          calls
              .to(node.getValue())
              .newCall(
                  NodePresenceGrpc.getDescribeMethod(),
                  CallOptions.DEFAULT.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)),
          DescribeRequest.getDefaultInstance(),
          new Hearing(node.getKey(), answers, open));
    }
    if (!open.await(timeoutMs, TimeUnit.MILLISECONDS)) {
      log.atDebug().addKeyValue("silent", open.getCount()).log("nodes did not describe themselves");
    }
    return new TreeMap<>(answers);
  }

  /** One node's answer, or its silence. */
  private record Hearing(
      int nodeId, SortedMap<Integer, NodeDescription> answers, CountDownLatch open)
      implements StreamObserver<DescribeResponse> {
    @Override
    public void onNext(DescribeResponse said) {
      if (said.getNodeId() == nodeId) {
        answers.put(
            nodeId,
            new NodeDescription(
                said.getLogDirectoriesList().stream()
                    .map(disk ->
                        new DiskSpace(disk.getPath(), disk.getTotalBytes(), disk.getFreeBytes()))
                    .toList(),
                said.getStranger()));
      }
    }

    @Override
    public void onError(Throwable silence) {
      open.countDown();
    }

    @Override
    public void onCompleted() {
      open.countDown();
    }
  }
}
