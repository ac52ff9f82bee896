package dev.milena.it.cluster;

import com.google.protobuf.ByteString;
import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.LogPlace;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import dev.milena.proto.v1.StoredRecord;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Single records of a partition, by the very node that leads it, whatever it tells of addresses.
 */
final class Records {
  private static final int TIMEOUT_MS = 10_000;
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private Records() {}

  /** Appends a record with acks=all; its offset. */
  static long append(String address, String topic, int partition, String value)
      throws InterruptedException {
    return at(
        address, channel -> append(channel, topic, partition, ByteString.copyFromUtf8(value)));
  }

  /** The same over a connection that is there already; fails with what the node says. */
  static long append(ManagedChannel channel, String topic, int partition, ByteString value) {
    PartitionAck ack = produced(channel, topic, partition, value).getAcks(0);
    if (ack.hasError()) {
      throw new AssertionError(topic + "-" + partition + ": " + ack.getError());
    }
    return ack.getBaseOffset();
  }

  private static ProduceResponse produced(
      ManagedChannel channel, String topic, int partition, ByteString value) {
    return ProduceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .produce(
            ProduceRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setRecords(RecordList.newBuilder().addRecords(Record.newBuilder().setValue(value)))
                .setTimeoutMs(TIMEOUT_MS)
                .build());
  }

  /** Why a record is not taken, as the reason that the node gives; empty when it is. */
  static String appendRefusal(String address, String topic, int partition, ByteString value)
      throws InterruptedException {
    return at(
        address,
        channel -> {
          try {
            ProduceResponse answer = produced(channel, topic, partition, value);
            Error ofAll = answer.getError();
            return ofAll.getReason().isEmpty()
                ? answer.getAcks(0).getError().getReason()
                : ofAll.getReason();
          } catch (StatusRuntimeException refused) {
            return TopicHistory.reason(refused);
          }
        });
  }

  /** Why a partition is not read, as the reason that the node gives; empty when it is. */
  static String fetchRefusal(String address, String topic, int partition)
      throws InterruptedException {
    return at(
        address,
        channel -> {
          try {
            fetched(channel, topic, partition, 0);
            return "";
          } catch (StatusRuntimeException refused) {
            return TopicHistory.reason(refused);
          }
        });
  }

  /** The value of the first record of a partition. */
  static String first(String address, String topic, int partition) throws InterruptedException {
    return at(
        address,
        channel ->
            fetched(channel, topic, partition, 0)
                .getRecords()
                .getRecords(0)
                .getValue()
                .toStringUtf8());
  }

  /** All records of a partition that can be seen, from its first. */
  static List<StoredRecord> all(String address, String topic, int partition)
      throws InterruptedException {
    return at(
        address,
        channel -> {
          List<StoredRecord> records = new ArrayList<>();
          FetchResponse answer = fetched(channel, topic, partition, 0);
          records.addAll(answer.getRecords().getRecordsList());
          while (answer.getNextOffset() < answer.getHighWatermark()) {
            answer = fetched(channel, topic, partition, answer.getNextOffset());
            records.addAll(answer.getRecords().getRecordsList());
          }
          return records;
        });
  }

  private static FetchResponse fetched(
      ManagedChannel channel, String topic, int partition, long offset) {
    return FetchServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .fetch(
            FetchRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setMaxWaitMs(TIMEOUT_MS / 2)
                .build());
  }

  /** A connection to a node, which is its caller's to end. */
  static ManagedChannel connection(String address) {
    return ManagedChannelBuilder.forTarget(address)
        .usePlaintext()
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        .build();
  }

  /** The first offset that a partition still has. */
  static long start(String address, String topic, int partition) throws InterruptedException {
    return at(
        address,
        channel ->
            FetchServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .listOffsets(
                    ListOffsetsRequest.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setPlace(LogPlace.EARLIEST)
                        .build())
                .getOffset());
  }

  private static <T> T at(String address, Function<ManagedChannel, T> call)
      throws InterruptedException {
    ManagedChannel channel = connection(address);
    try {
      return call.apply(channel);
    } finally {
      channel.shutdownNow().awaitTermination(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
  }
}
