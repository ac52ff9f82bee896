package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replicas that a move brings are copied no faster than replica.move.bytes.per.second. */
class MovedReplicasTest extends ThreeBrokers {
  private static final int BYTES_PER_SECOND = 100_000;
  private static final int BATCHES = 40;
  private static final String VALUE = "v".repeat(10_000);

  MovedReplicasTest() throws IOException {
    super(FlushPolicy.ACK, OneThreadBroker.Setup.wideLimits().movingAtMost(BYTES_PER_SECOND));
  }

  private void writeAll() {
    for (int i = 0; i < BATCHES; i++) {
      write(1, SampleBatches.of(clock.wallMs(), VALUE));
    }
  }

  private void move(List<Integer> target) {
    PartitionId id =
        new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), LOGS.partition());
    accept(
        new MetadataCommand.ReassignPartitions(
            List.of(new PartitionMove(id, new PartitionMove.Aim.Target(target)))));
  }

  @Test
  void aCopyForAMoveKeepsToThePaceAndEndsInSync() throws Exception {
    create(LOGS.topic(), 1, 1, 2);
    writeAll();
    move(List.of(1, 2, 3));

    int copied = 0;
    for (int second = 1; second <= 3; second++) {
      pass(1_000);
      int now = stored(3).length;
      assertTrue(now > copied, "it stands still in second " + second);
      assertTrue(now <= (second + 1) * BYTES_PER_SECOND, now + " bytes in second " + second);
      copied = now;
    }
    assertTrue(row().reassignment().isUnderWay());
    pass(3_000);

    assertFalse(row().reassignment().isUnderWay());
    assertEquals(List.of(1, 2, 3), row().isr());
    assertArrayEquals(stored(1), stored(3));
  }

  /** The move goes on, since another that it brings is down. */
  @Test
  void whileRecordsGoOnItCatchesUpAndOnceInSyncIsNotHeldUp() throws Exception {
    create(LOGS.topic(), 1, 1);
    killAndFence(3);
    writeAll();
    move(List.of(2, 3));

    for (int i = 0; i < 100; i++) {
      write(1, SampleBatches.of(clock.wallMs(), "v".repeat(2_000)));
      pass(100);
    }
    assertEquals(List.of(2, 1), row().isr());
    assertTrue(row().reassignment().isUnderWay());
    for (int i = 0; i < 30; i++) {
      write(1, SampleBatches.of(clock.wallMs(), VALUE));
    }
    assertArrayEquals(stored(1), stored(2), "300 kB, and no time has passed");
  }

  @Test
  void whoOnlyComesBackIsNotHeldUp() throws Exception {
    create(LOGS.topic(), 1, 1, 2, 3);
    killAndFence(3);
    writeAll();

    start(3);
    pass(500);

    assertArrayEquals(stored(1), stored(3));
  }
}
