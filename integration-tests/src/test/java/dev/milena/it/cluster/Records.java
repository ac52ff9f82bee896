package dev.milena.it.cluster;

import com.google.protobuf.ByteString;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Single records of a partition, by the very node that leads it, whatever it tells of addresses.
 */
final class Records {
  private static final int TIMEOUT_MS = 10_000;

  private Records() {}

  /** Appends a record with acks=all; its offset. */
  static long append(String address, String topic, int partition, String value)
      throws InterruptedException {
    PartitionAck ack =
        at(
            address,
            channel ->
                ProduceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .produce(
                        ProduceRequest.newBuilder()
                            .setTopic(topic)
                            .setPartition(partition)
                            .setRecords(
                                RecordList.newBuilder()
                                    .addRecords(
                                        Record.newBuilder()
                                            .setValue(ByteString.copyFromUtf8(value))))
                            .setTimeoutMs(TIMEOUT_MS)
                            .build())
                    .getAcks(0));
    if (ack.hasError()) {
      throw new AssertionError(topic + "-" + partition + " at " + address + ": " + ack.getError());
    }
    return ack.getBaseOffset();
  }

  /** The value of the first record of a partition. */
  static String first(String address, String topic, int partition) throws InterruptedException {
    return at(
        address,
        channel ->
            FetchServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .fetch(
                    FetchRequest.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setMaxWaitMs(TIMEOUT_MS / 2)
                        .build())
                .getRecords()
                .getRecords(0)
                .getValue()
                .toStringUtf8());
  }

  private static <T> T at(String address, Function<ManagedChannel, T> call)
      throws InterruptedException {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      return call.apply(channel);
    } finally {
      channel.shutdownNow().awaitTermination(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
  }
}
