package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** A follower that comes back with many partitions far behind. */
class FarBehindTest extends ThreeBrokers {
  private static final int PARTITIONS = 16;
  private static final int BATCHES = 3;
  private static final String VALUE = "v".repeat(700_000);

  FarBehindTest() throws IOException {
    super(FlushPolicy.ACK);
    accept(
        new MetadataCommand.CreateTopic(
            LOGS.topic(),
            PARTITIONS,
            new ReplicaPlan.Assigned(Collections.nCopies(PARTITIONS, List.of(1, 3))),
            TreePMap.from(Map.of("min.insync.replicas", "1")),
            TopicImage.BY_RULE));
    killAndFence(3);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int i = 0; i < BATCHES; i++) {
        fill(partition);
      }
    }
  }

  private void fill(int partition) {
    var part =
        new ProduceCall.Part(
            new PartitionName(LOGS.topic(), partition), SampleBatches.of(clock.wallMs(), VALUE));
    broker(1)
        .core()
        .produce(new ProduceCall(CALLER, Acks.ALL, 30_000, List.of(part)), new Answer<>());
    settle();
  }

  /** All that readers may do is done before the loops hear of any of it. */
  @Override
  boolean step(OneThreadBroker broker, int kind) {
    boolean read = broker.readAll();
    return broker.step(kind) || read;
  }

  @Test
  void noMoreIsReadForItThanABoundAndItCatchesUpWithAllOfThem() throws Exception {
    start(3);
    pass(5_000);

    for (PartitionImage row : quorum.image().topic(LOGS.topic()).orElseThrow().partitions()) {
      assertEquals(List.of(1, 3), row.isr().stream().sorted().toList());
    }
    long most = network.mostBytesInAStream();
    assertTrue(most > 1 << 20, "one read after the other: " + most);
    assertTrue(most <= FollowerSession.MOST_LAGGING_BYTES + (1 << 20), most + " bytes at once");
  }
}
