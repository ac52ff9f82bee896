package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.metadata.PartitionId;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** More batches of a log are damaged in all replicas than are known one by one. */
class MuchIsLostTest extends ThreeBrokers {
  private static final int BATCHES = 70;

  MuchIsLostTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 2, 1, 2, 3);
    for (int i = 0; i < BATCHES; i++) {
      write(1, SampleBatches.of(clock.wallMs(), "a record of one size: " + (10 + i)));
    }
    pass(1_000);
    for (int broker = 1; broker <= 3; broker++) {
      for (int i = 0; i < BATCHES; i++) {
        flip(broker, i);
      }
    }
  }

  private void flip(int broker, int offset) throws IOException {
    PartitionId id =
        new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), LOGS.partition());
    Path segment = Path.of("logs").resolve(id.toString()).resolve("00000000000000000000.log");
    long size = disk(broker).sizeInBytes(segment) / BATCHES;
    disk(broker).flip(segment, offset * size + 70, 4);
  }

  private ErrorKind refusal(long from) {
    return assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(1, from)).refusal().kind();
  }

  @Test
  void readersOfAllOfThemAreToldThatNobodyGivesThem() {
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(0));
    pass(2_000);

    for (int offset = 0; offset < BATCHES; offset++) {
      assertEquals(ErrorKind.CORRUPT_LOG, refusal(offset), "offset " + offset);
    }
  }

  @Test
  void theLastOfThemIsMendedWhenSomebodyHasItThoughNobodyHasTheOthers() throws Exception {
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(0));
    pass(2_000);
    flip(2, BATCHES - 1);

    pass(90_000);

    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, BATCHES - 1));
    assertEquals(ErrorKind.CORRUPT_LOG, refusal(0));
  }
}
