package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who alone has all that was acknowledged, and cannot open its log for want of one batch. */
class MendedLeaderTest extends ThreeBrokers {
  private static final int BATCHES = 6;

  MendedLeaderTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 1, 1, 2, 3);
    for (int i = 0; i < BATCHES; i++) {
      write(1, SampleBatches.of(clock.wallMs(), "a record of one size: " + i));
    }
    pass(1_000);
  }

  private Path segment() {
    PartitionId id =
        new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), LOGS.partition());
    return Path.of("logs").resolve(id.toString()).resolve("00000000000000000000.log");
  }

  @Test
  void itIsGivenTheBatchByThoseOutOfSyncWhoKnowOfNoneThatItIsCommittedAndLeads() throws Exception {
    killAndFence(3);
    killAndFence(2);
    write(1, SampleBatches.of(clock.wallMs(), "that others have not"));
    byte[] written = stored(1);
    killAndFence(1);
    disk(1).flip(segment(), 130, 4);
    start(2);
    start(3);
    assertEquals(PartitionImage.NO_LEADER, row().leader());

    start(1);
    pass(5_000);

    allHave(written);
    assertEquals(1, row().leader());
    assertEquals(1, broker(1).mendedBatches());
    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, BATCHES));
  }

  @Test
  void whereNoLogOpensTheyGiveEachOtherWhatTheyLack() throws Exception {
    byte[] written = stored(1);
    killAndFence(3);
    killAndFence(2);
    killAndFence(1);
    int batch = written.length / BATCHES;
    disk(1).flip(segment(), 3L * batch + 70, 4);
    disk(1).flip(segment(), 5L * batch - 1, 1);
    disk(2).flip(segment(), 2L * batch + 70, 4);
    disk(3).flip(segment(), batch + 70, 4);

    start(3);
    start(2);
    start(1);
    pass(60_000);

    allHave(written);
    assertEquals(2, broker(1).mendedBatches());
    assertEquals(1, broker(2).mendedBatches());
    assertEquals(1, broker(3).mendedBatches());
  }

  private void allHave(byte[] written) throws IOException {
    assertEquals(List.of(1, 2, 3), row().isr().stream().sorted().toList());
    for (int broker = 1; broker <= 3; broker++) {
      assertArrayEquals(written, stored(broker), "broker " + broker);
    }
  }
}
