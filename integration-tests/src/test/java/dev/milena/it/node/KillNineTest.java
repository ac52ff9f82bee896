package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.node.AcknowledgedLoad.Ledger;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.StoredRecord;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 at any moment, fifty times under load: what was acknowledged is there, once, in order,
 * and offsets are dense.
 *
 * <p>Repeat a run with {@code -Dkill.seed=SEED}: the load and the moments are the same, the
 * machine's timing is not.
 */
class KillNineTest {
  private static final int KILLS = 50;
  private static final int PARTITIONS = 3;
  private static final long SEED = Long.getLong("kill.seed", System.nanoTime());

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Ledger> ledgers = new ArrayList<>();

  @Test
  @Timeout(420)
  void whatWasAcknowledgedIsThereOnceAndInOrder() throws Exception {
    System.out.println("kill.seed=" + SEED);
    for (int producer = 0; producer < PARTITIONS; producer++) {
      ledgers.add(new Ledger(producer, producer));
    }
    Path data = folder.resolve("data");
    for (int kill = 0; kill < KILLS; kill++) {
      try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
        if (kill == 0) {
          Tool.kafkactl(node, "topics", "--create", "--topic", "t", "--partitions", "3")
              .expecting(0);
        }
        loadThenKill(node);
      }
    }
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      for (Ledger ledger : ledgers) {
        verify(read(node.clients(), ledger.partition), ledger);
      }
      assertEquals(0, node.stop());
    }
  }

  private void loadThenKill(NodeProcess node) throws Exception {
    List<AcknowledgedLoad> loads = new ArrayList<>();
    for (Ledger ledger : ledgers) {
      loads.add(AcknowledgedLoad.start(node.clients(), "t", ledger, random.nextLong()));
    }
    // The moment is chance, not a wait for something: nothing else ends this latch.
    boolean never = new CountDownLatch(1).await(random.nextInt(20, 400), TimeUnit.MILLISECONDS);
    assertTrue(!never);
    node.kill();
    for (AcknowledgedLoad load : loads) {
      load.close();
    }
  }

  private static void verify(List<StoredRecord> stored, Ledger ledger) {
    assertTrue(
        ledger.payloadAtOffset.size() > 100, "acknowledged: " + ledger.payloadAtOffset.size());
    Map<String, Long> offsetOf = new HashMap<>();
    long lastSequence = -1;
    for (int i = 0; i < stored.size(); i++) {
      assertEquals(i, stored.get(i).getOffset(), "offsets are dense");
      String payload = stored.get(i).getValue().toStringUtf8();
      assertNull(
          offsetOf.put(payload, stored.get(i).getOffset()), () -> "stored twice: " + payload);
      String[] parts = payload.split(":", -1);
      long sequence = Long.parseLong(parts[1]);
      assertEquals(
          payload,
          AcknowledgedLoad.payload(ledger.producer, sequence, parts[2].length()),
          "what was stored is what was sent");
      assertTrue(sequence > lastSequence, "order: " + sequence + " after " + lastSequence);
      lastSequence = sequence;
    }
    ledger.payloadAtOffset.forEach((offset, payload) -> {
      Long at = offsetOf.get(payload);
      assertNotNull(at, () -> "acknowledged at " + offset + " and lost");
      assertEquals(offset, at, "where it was acknowledged");
    });
    System.out.println(
        "partition "
            + ledger.partition
            + ": "
            + ledger.payloadAtOffset.size()
            + " acknowledged, "
            + stored.size()
            + " stored");
  }

  private static List<StoredRecord> read(String address, int partition) throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(address)
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    try {
      var stub = FetchServiceGrpc.newBlockingStub(channel);
      List<StoredRecord> records = new ArrayList<>();
      long next = 0;
      FetchResponse response;
      do {
        response =
            stub.withDeadlineAfter(30, TimeUnit.SECONDS)
                .fetch(
                    FetchRequest.newBuilder()
                        .setTopic("t")
                        .setPartition(partition)
                        .setOffset(next)
                        .build());
        records.addAll(response.getRecords().getRecordsList());
        next = response.getNextOffset();
      } while (next < response.getHighWatermark());
      return records;
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
