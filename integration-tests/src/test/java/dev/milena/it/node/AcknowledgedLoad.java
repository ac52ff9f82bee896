package dev.milena.it.node;

import com.google.protobuf.ByteString;
import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.ProduceServiceGrpc.ProduceServiceBlockingStub;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * A producer that never sends anything twice: what was not answered is left open, and the next
 * record is sent. So each payload may be stored once at most, and what was acknowledged exactly
 * once.
 *
 * <p>A payload says who wrote it: {@code producer:sequence:padding:checksum}.
 */
final class AcknowledgedLoad implements AutoCloseable {
  private final ManagedChannel channel;
  private final AtomicBoolean stopping;
  private final Thread thread;

  private AcknowledgedLoad(ManagedChannel channel, AtomicBoolean stopping, Thread thread) {
    this.channel = channel;
    this.stopping = stopping;
    this.thread = thread;
  }

  /** What a producer knows, kept over the restarts of the node. */
  static final class Ledger {
    final int producer;
    final int partition;
    final AtomicLong nextSequence = new AtomicLong();
    final Map<Long, String> payloadAtOffset = new ConcurrentHashMap<>();

    Ledger(int producer, int partition) {
      this.producer = producer;
      this.partition = partition;
    }
  }

  /** Starts to send to one partition, until closed or until the node is gone. */
  static AcknowledgedLoad start(String address, String topic, Ledger ledger, long seed) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    var stub = ProduceServiceGrpc.newBlockingStub(channel);
    var sender = new Sender(stub, topic, ledger, new SplittableRandom(seed));
    AtomicBoolean stopping = new AtomicBoolean();
    Thread thread =
        Thread.ofPlatform().name("load-" + ledger.producer).start(() -> sender.run(stopping));
    return new AcknowledgedLoad(channel, stopping, thread);
  }

  static String payload(int producer, long sequence, int padding) {
    String text = producer + ":" + sequence + ":" + "p".repeat(padding);
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + ":" + crc.getValue();
  }

  @Override
  public void close() throws InterruptedException {
    stopping.set(true);
    channel.shutdownNow();
    thread.join();
    channel.awaitTermination(10, TimeUnit.SECONDS);
  }

  private record Sender(
      ProduceServiceBlockingStub stub, String topic, Ledger ledger, SplittableRandom random) {
    void run(AtomicBoolean stopping) {
      while (!stopping.get() && sendOne()) {}
    }

    /** Answers false when the node is gone. */
    private boolean sendOne() {
      RecordList.Builder records = RecordList.newBuilder();
      int count = random.nextInt(1, 20);
      long first = ledger.nextSequence.getAndAdd(count);
      String[] payloads = new String[count];
      for (int i = 0; i < count; i++) {
        payloads[i] = payload(ledger.producer, first + i, random.nextInt(2_000));
        records.addRecords(Record.newBuilder().setValue(ByteString.copyFromUtf8(payloads[i])));
      }
      ProduceRequest request =
          ProduceRequest.newBuilder()
              .setTopic(topic)
              .setPartition(ledger.partition)
              .setRecords(records)
              .setAcks(Acks.ACKS_ALL)
              .setTimeoutMs(10_000)
              .build();
      try {
        var response = stub.withDeadlineAfter(10, TimeUnit.SECONDS).produce(request);
        long offset = response.getAcks(0).getBaseOffset();
        for (int i = 0; i < count; i++) {
          ledger.payloadAtOffset.put(offset + i, payloads[i]);
        }
        return true;
      } catch (StatusRuntimeException gone) {
        return false;
      }
    }
  }
}
