package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import dev.milena.proto.v1.StoredRecord;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A node whose JVM may have little memory outside its heap. */
@Timeout(180)
class NoDirectMemoryTest {
  private static final int SETTING = 2;
  private static final int VALUE_BYTES = 900_000;
  private static final int WRITERS = 8;

  /** Each has an answer of 8 MiB under way that it does not take: more than twice the memory. */
  private static final int DEAF = 40;

  private static final long LOAD_MS = 20_000;
  private static final long BACK_WITHIN_MS = 30_000;
  private static final Map<String, String> LITTLE =
      Map.of("MILENA_JVM_OPTS", "-Xmx1g -XX:MaxDirectMemorySize=128m");

  @TempDir Path folder;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Map<Long, Long> sentAtOffset = new ConcurrentHashMap<>();

  @Test
  void aNodeThatMayHaveTooLittleIsRefusedWithTheBoundAndTheNextStep() throws Exception {
    try (NodeProcess node = start(Map.of("MILENA_JVM_OPTS", "-XX:MaxDirectMemorySize=64m"))) {
      assertEquals(SETTING, node.awaitExit(), node.errors());
      assertTrue(
          node.errors().contains("milena: -XX:MaxDirectMemorySize allows buffers 67108864 bytes"),
          node.errors());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void loadThatWantsMoreIsRefusedOrWaitsAndTheNodeServesOn() throws Exception {
    try (NodeProcess node = start(LITTLE).awaitReady()) {
      Tool.kafkactl(node, "topics", "--create", "--topic", "t", "--partitions", "1").expecting(0);
      for (int i = 0; i < 2 * WRITERS; i++) {
        try (Client client = new Client(node)) {
          assertTrue(send(client));
        }
      }
      long longestMs = longestWithoutAnAcknowledgement(node);
      System.out.println("the longest time without an acknowledgement: " + longestMs + " ms");
      assertTrue(longestMs < BACK_WITHIN_MS, longestMs + " ms");
      try (Client client = new Client(node)) {
        assertTrue(send(client));
      }
      assertTrue(node.isAlive());
      assertEquals(0, node.stop());
    }
    try (NodeProcess again = start(LITTLE).awaitReady()) {
      assertStored(again);
    }
  }

  private NodeProcess start(Map<String, String> environment) throws Exception {
    return NodeProcess.run(
        folder.resolve("said"),
        environment,
        List.of(
            "dev",
            "--data=" + folder.resolve("data"),
            "--port=0",
            "--quorum-port=0",
            "--http-port=0"));
  }

  private long longestWithoutAnAcknowledgement(NodeProcess node) throws Exception {
    List<Thread> writers = new ArrayList<>();
    List<Client> deaf = new ArrayList<>();
    lastNanos.set(System.nanoTime());
    for (int i = 0; i < WRITERS; i++) {
      writers.add(Thread.ofPlatform().start(() -> write(node)));
    }
    for (int i = 0; i < DEAF; i++) {
      deaf.add(new Client(node).fetchAndTakeNothing());
    }
    writers.getFirst().join(LOAD_MS);
    deaf.forEach(Client::close);
    over.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    longestNanos.accumulateAndGet(System.nanoTime() - lastNanos.get(), Math::max);
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  /** A new connection after each refusal. */
  private void write(NodeProcess node) {
    while (!over.get()) {
      try (Client client = new Client(node)) {
        while (send(client) && !over.get()) {
          long now = System.nanoTime();
          longestNanos.accumulateAndGet(now - lastNanos.getAndSet(now), Math::max);
        }
      }
    }
  }

  /** Whether it was acknowledged; notes what and where. */
  private boolean send(Client client) {
    long number = sent.incrementAndGet();
    ByteString value =
        ByteString.copyFromUtf8("%016d".formatted(number))
            .concat(ByteString.copyFrom(new byte[VALUE_BYTES]));
    ProduceRequest request =
        ProduceRequest.newBuilder()
            .setTopic("t")
            .setRecords(RecordList.newBuilder().addRecords(Record.newBuilder().setValue(value)))
            .setAcks(Acks.ACKS_ALL)
            .setTimeoutMs(10_000)
            .build();
    try {
      var answer =
          ProduceServiceGrpc.newBlockingStub(client.channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .produce(request);
      sentAtOffset.put(answer.getAcks(0).getBaseOffset(), number);
      return true;
    } catch (StatusRuntimeException refused) {
      return false;
    }
  }

  private void assertStored(NodeProcess node) throws Exception {
    Map<Long, Long> stored = new ConcurrentHashMap<>();
    try (Client client = new Client(node)) {
      long next = 0;
      FetchResponse page;
      do {
        page =
            FetchServiceGrpc.newBlockingStub(client.channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .fetch(FetchRequest.newBuilder().setTopic("t").setOffset(next).build());
        for (StoredRecord record : page.getRecords().getRecordsList()) {
          stored.put(
              record.getOffset(),
              Long.parseLong(record.getValue().substring(0, 16).toStringUtf8()));
        }
        next = page.getNextOffset();
      } while (next < page.getHighWatermark());
    }
    System.out.printf("%s acknowledged, %s stored%n", sentAtOffset.size(), stored.size());
    sentAtOffset.forEach((offset, number) -> assertEquals(number, stored.get(offset)));
  }

  /** A connection of its own. */
  private static final class Client implements AutoCloseable {
    private final ManagedChannel channel;

    Client(NodeProcess node) {
      try {
        channel =
            ManagedChannelBuilder.forTarget(node.clients())
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    /** Asks for as much as there is, and lets the answer lie. */
    Client fetchAndTakeNothing() {
      ClientCall<FetchRequest, FetchResponse> call =
          channel.newCall(FetchServiceGrpc.getFetchMethod(), CallOptions.DEFAULT);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage(FetchRequest.newBuilder().setTopic("t").setMaxBytes(8 << 20).build());
      call.halfClose();
      return this;
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
