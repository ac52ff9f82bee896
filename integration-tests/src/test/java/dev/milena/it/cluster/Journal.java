package dev.milena.it.cluster;

import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.ClusterServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What {@code kafkactl audit} shows: who changed what. */
final class Journal {
  private static final int MOST = 1_000;

  private Journal() {}

  /** What was changed, the oldest first, as a node tells it. */
  static List<String> changes(String address) throws InterruptedException {
    return changes(address, "");
  }

  /** What was changed of a topic, each of its partitions, the oldest first, as a node tells it. */
  static List<String> changes(String address, String topic) throws InterruptedException {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      return ClusterServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .audit(AuditRequest.newBuilder().setTopic(topic).setMaxChanges(MOST).build())
          .getChangesList()
          .stream()
          .flatMap(change -> change.getWhatList().stream())
          .toList();
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
