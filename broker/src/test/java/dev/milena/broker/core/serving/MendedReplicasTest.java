package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.SampleBatches;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the disk of one replica has changed, the others give back (invariant I13). */
class MendedReplicasTest extends ThreeBrokers {
  private static final int BATCHES = 20;

  MendedReplicasTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 2, 1, 2, 3);
    for (int i = 0; i < BATCHES; i++) {
      write(1, SampleBatches.of(clock.wallMs(), "a record of one size: " + (10 + i)));
    }
    pass(1_000);
  }

  private Path segment() {
    TopicImage topic = quorum.image().topic(LOGS.topic()).orElseThrow();
    PartitionId id = new PartitionId(topic.id(), LOGS.partition());
    return Path.of("logs").resolve(id.toString()).resolve("00000000000000000000.log");
  }

  /** In the batch at an offset. */
  private void flip(int broker, int offset, int byteOfBatch) throws IOException {
    long size = disk(broker).sizeInBytes(segment()) / BATCHES;
    disk(broker).flip(segment(), offset * size + byteOfBatch, 4);
  }

  private ErrorKind refusal(long from) {
    return assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(1, from)).refusal().kind();
  }

  private void scrubAll() {
    for (int step = 0; step < 80; step++) {
      brokers.values().forEach(OneThreadBroker::scrub);
      pass(250);
    }
  }

  private void allAre(byte[] bytes) throws IOException {
    for (int id = 1; id <= 3; id++) {
      assertArrayEquals(bytes, stored(id), "broker " + id);
    }
  }

  @Test
  void theLeaderMendsWhatAReaderMetAndServesItThen() throws Exception {
    byte[] written = stored(1);
    flip(1, 7, 70);

    var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(1, 7));

    assertEquals(ErrorKind.STORAGE_OFFLINE, refused.refusal().kind());
    assertEquals(
        "bytes of logs-0 at offset 7 are damaged (%s); other replicas are asked for what the log lacks; try again"
            .formatted("the batch's bytes do not match its CRC32C"),
        refused.refusal().message());
    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, 7));
    allAre(written);
    assertEquals(1, row().leader());
    assertEquals(3, row().isr().size());
  }

  @Test
  void replicasThatHaveLostDifferentBatchesMendEachOther() throws Exception {
    byte[] written = stored(1);
    flip(1, 4, 70);
    flip(1, 5, 2);
    flip(2, 9, 3);
    flip(3, 12, 14);
    flip(3, 15, 30);
    flip(3, 19, 61);

    scrubAll();

    allAre(written);
    assertEquals(3, row().isr().size());
  }

  @Test
  void whatNobodyCanGiveIsAskedForUntilSomebodyCan() throws Exception {
    byte[] written = stored(1);
    flip(1, 7, 70);
    network.cut(1, 2);
    network.cut(1, 3);

    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(7));
    pass(11_000);
    Refusal last = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(1, 7)).refusal();
    assertEquals(ErrorKind.CORRUPT_LOG, last.kind(), "who might have it was asked in vain");
    assertEquals(
        "bytes of logs-0 at offset 7 are damaged (the batch's bytes do not match its CRC32C), and no"
            + " other replica gives them; go on at a later offset, or restore the log from a backup",
        last.message());
    network.heal(1, 2);
    pass(30_000);

    assertArrayEquals(written, stored(1));
  }

  @Test
  void aLogThatIsFoundDamagedAtAStartIsCopiedAnewWhereTheOthersHaveEverything() throws Exception {
    byte[] written = stored(1);
    killAndFence(3);
    flip(3, BATCHES - 3, 70);
    flip(3, BATCHES - 2, 17);

    start(3);
    pass(5_000);

    allAre(written);
    assertEquals(3, row().isr().size());
    assertEquals(0, broker(3).offline());
  }

  @Test
  void aLogThatLacksABatchAtAStartIsGivenItByOthersThatAreUp() throws Exception {
    byte[] written = stored(1);
    killAndFence(3);
    killAndFence(2);
    flip(3, BATCHES - 3, 70);

    start(3);
    pass(5_000);

    assertArrayEquals(written, stored(3));
    assertEquals(List.of(1, 3), row().isr().stream().sorted().toList());
  }

  @Test
  void twoReplicasThatLackDifferentBatchesAtTheirStartsAreGivenThemByTheThird() throws Exception {
    byte[] written = stored(1);
    killAndFence(3);
    killAndFence(2);
    flip(2, 4, 70);
    flip(2, 5, 2);
    flip(3, 12, 30);
    flip(3, 13, 61);

    start(2);
    start(3);
    pass(5_000);

    allAre(written);
    assertEquals(3, row().isr().size());
    assertEquals(2, broker(2).mendedBatches());
    assertEquals(2, broker(3).mendedBatches());
  }

  @Test
  void whatComesLaterThanItWasWaitedForMendsALogThatIsOpen() throws Exception {
    byte[] written = stored(1);
    flip(1, 7, 70);
    network.cutOneWay(2, 1);
    network.cutOneWay(3, 1);
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(7));
    pass(6_000);

    network.join(2, 1);
    settle();

    assertArrayEquals(written, stored(1), "broker 3 is waited for, broker 2 has it");
  }

  @Test
  void whatComesLaterThanItWasWaitedForMendsALogThatCannotBeOpened() throws Exception {
    byte[] written = stored(1);
    killAndFence(3);
    flip(3, BATCHES - 3, 70);
    network.cutOneWay(1, 3);
    network.cutOneWay(2, 3);
    start(3);
    pass(6_000);

    network.join(1, 3);
    settle();

    assertEquals(1, broker(3).mendedBatches());
    assertArrayEquals(written, stored(3));
  }

  @Test
  void aLogThatIsGoneAtAStartIsCopiedAnewOnceEnoughOthersHaveEverything() throws Exception {
    broker(3).tidy();
    killAndFence(3);
    killAndFence(2);
    disk(3).delete(segment());

    start(3);
    pass(5_000);

    assertEquals(List.of(1), row().isr());
    start(2);
    pass(5_000);
    allAre(stored(1));
    assertEquals(3, row().isr().size());
  }

  @Test
  void whatIsDamagedEverywhereStaysSoAndEverythingElseIsServed() throws Exception {
    for (int id = 1; id <= 3; id++) {
      flip(id, 7, 70);
    }
    byte[] damaged = stored(1);

    scrubAll();

    assertEquals(ErrorKind.CORRUPT_LOG, refusal(7));
    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, 8));
    allAre(damaged);
  }

  @Test
  void aBatchThatNobodyHasHoldsUpTheMendingOfNoOther() throws Exception {
    byte[] written = stored(1);
    for (int id = 1; id <= 3; id++) {
      flip(id, 7, 70);
    }
    flip(1, 4, 70);
    flip(1, 12, 70);
    flip(1, 15, 2);

    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(7));
    pass(1_000);
    assertEquals(ErrorKind.CORRUPT_LOG, refusal(7), "all were asked for it");

    flip(1, 17, 70);
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(17));
    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, 17));
    assertEquals(ErrorKind.CORRUPT_LOG, refusal(7));
    flip(1, 7, 70);
    assertArrayEquals(written, stored(1));
  }

  /** Each is waited for as long as those who do not answer may take. */
  @Test
  void whatNobodyGaveIsKnownAlsoAtTheEndOfALookThatTookLongerThanItIsLeftAlone() throws Exception {
    flip(1, 7, 70);
    flip(1, 12, 70);
    flip(1, 15, 70);
    network.cut(1, 2);
    network.cut(1, 3);

    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(7));
    pass(31_000);

    assertEquals(ErrorKind.CORRUPT_LOG, refusal(7));
    assertEquals(ErrorKind.CORRUPT_LOG, refusal(12));
  }

  @Test
  void whatNobodyHadIsMendedOnceSomebodyHasItThoughNobodyReadsIt() throws Exception {
    byte[] written = stored(1);
    for (int id = 1; id <= 3; id++) {
      flip(id, 7, 70);
    }
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(7));
    pass(1_000);
    assertEquals(ErrorKind.CORRUPT_LOG, refusal(7));

    flip(2, 7, 70);
    pass(11_000);

    assertArrayEquals(written, stored(1));
    assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(1, 7));
  }
}
