package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.records.Compression;
import dev.milena.records.ProducerStamp;
import dev.milena.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A batch that an idempotent producer sends again is stored once, and its batches in order. */
class ProducersTest {
  private static final Path FILE = LogFixtures.ROOT.resolve("t-0").resolve(ProducerFile.NAME);
  private static final int RUNS = 120;
  private static final int STEPS = 120;

  private SimDisk disk = new SimDisk(1);
  private long seed;
  private long nowMs = 1_000;
  private LogDirectory directory = LogFixtures.directory(disk);
  private PartitionLog log = openLog();

  ProducersTest() throws IOException {}

  private PartitionLog openLog() throws IOException {
    return directory.openLog("t-0", LogFixtures.withSegmentMs(40), nowMs).log();
  }

  private static ByteBuffer batch(long id, int epoch, int first, int records) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 16)) {
      builder.producer(new ProducerStamp(id, (short) epoch, first, false));
      for (int i = 0; i < records; i++) {
        builder.append(1_000, null, ByteBuffer.wrap(new byte[] {1, 2, 3}), List.of());
      }
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  private void stored(ByteBuffer batch) {
    assertInstanceOf(AppendOutcome.Appended.class, log.append(batch, 0, 1_000));
  }

  private SequenceFault fault(ByteBuffer batch) {
    return assertInstanceOf(AppendOutcome.OutOfSequence.class, log.append(batch, 0, 1_000)).fault();
  }

  @Test
  void whatIsSentAgainIsKnownWithItsPlaceAndNotStoredAgain() throws Exception {
    stored(batch(7, 0, 0, 3));
    stored(batch(8, 0, 0, 2));
    stored(batch(7, 0, 3, 1));

    var known =
        assertInstanceOf(AppendOutcome.Known.class, log.append(batch(7, 0, 0, 3), 0, 9_000));

    assertEquals(0, known.baseOffset());
    assertEquals(3, known.endOffset());
    assertEquals(-1, known.logAppendTimeMs());
    assertEquals(6, log.logEnd());
  }

  @Test
  void whatIsSentAgainIsKnownThoughTheTopicTakesNoBatchOfItsSizeAnyMore() throws Exception {
    ByteBuffer first = batch(7, 0, 0, 3);
    stored(first.duplicate());
    log.configure(LogFixtures.withMaxBatchBytes(first.remaining() - 1));
    assertInstanceOf(AppendOutcome.Known.class, log.append(first, 0, 9_000));
    assertInstanceOf(AppendOutcome.Rejected.class, log.append(batch(7, 0, 3, 3), 0, 9_000));
    assertEquals(3, log.logEnd());
  }

  @Test
  void whatIsNotNextIsNamed() throws Exception {
    for (int i = 0; i < 7; i++) {
      stored(batch(7, 1, i, 1));
    }

    assertEquals(SequenceFault.GAP, fault(batch(7, 1, 8, 1)));
    assertEquals(SequenceFault.GAP, fault(batch(7, 2, 1, 1)));
    assertEquals(SequenceFault.OLD_EPOCH, fault(batch(7, 0, 7, 1)));
    assertEquals(SequenceFault.ALREADY_STORED, fault(batch(7, 1, 1, 1)));
    stored(batch(7, 2, 0, 1));
    assertEquals(SequenceFault.OLD_EPOCH, fault(batch(7, 1, 7, 1)));
    assertEquals(8, log.logEnd());
  }

  /** Timestamps of records are their clients', and may be of any age. */
  @Test
  void aProducerOfOldRecordsIsKnownAfterAKill() throws Exception {
    nowMs = 1_700_000_000_000L;
    assertInstanceOf(AppendOutcome.Appended.class, log.append(batch(7, 0, 0, 3), 0, nowMs));
    disk = disk.restart();

    reopen();

    assertInstanceOf(AppendOutcome.Known.class, log.append(batch(7, 0, 0, 3), 0, nowMs));
  }

  /** A copy that begins behind what was forgotten cannot learn of it from batches. */
  @Test
  void whatItsLeaderKnewOfForgottenBatchesIsKnownToAnEmptyLogAlsoAfterAPowerCut() throws Exception {
    log.close();
    log = directory.openLog("t-1", LogFixtures.withSegmentMs(40), 40, nowMs).log();
    var stored = new KnownProducers.Batch(7, (short) 1, 3, 5, 37, 900);
    var toBeCopied = new KnownProducers.Batch(7, (short) 1, 6, 6, 40, 950);

    log.producers().learn(List.of(stored, toBeCopied));
    directory = LogFixtures.directory(disk.crash());
    log = directory.openLog("t-1", LogFixtures.withSegmentMs(40), nowMs).log();

    assertEquals(40, log.logStart());
    var known =
        assertInstanceOf(AppendOutcome.Known.class, log.append(batch(7, 1, 3, 3), 0, 1_000));
    assertEquals(37, known.baseOffset());
    assertEquals(List.of(stored), log.producers().below(100));
    stored(batch(7, 1, 6, 1));
    log.producers().learn(List.of());
    assertEquals(List.of(stored), log.producers().below(40), "what it knows by its own records");
  }

  @Test
  void sequenceNumbersBeginAnewAfterTheLast() throws Exception {
    stored(batch(7, 0, Integer.MAX_VALUE - 1, 3));

    stored(batch(7, 0, 1, 2));

    assertInstanceOf(
        AppendOutcome.Known.class, log.append(batch(7, 0, Integer.MAX_VALUE - 1, 3), 0, 1_000));
    assertEquals(SequenceFault.ALREADY_STORED, fault(batch(7, 0, Integer.MAX_VALUE, 1)));
  }

  @Test
  void aProducerThatIsNotKnownBeginsWhereItLikes() throws Exception {

    stored(batch(7, 3, 500, 2));

    assertEquals(SequenceFault.GAP, fault(batch(7, 3, 503, 1)));
  }

  /** Also when all wrote in the same moment, as far as the table knows. */
  @Test
  void ofMoreProducersThanATableHoldsThoseThatWroteLongestAgoAreForgotten() throws Exception {
    ProducerTable table = new ProducerTable();
    for (int id = 0; id <= ProducerTable.MOST; id++) {
      table.note(batch(id, 0, 0, 1), 0, id, 1_000);
    }

    assertEquals(ProducerTable.MOST / 2 + 1, table.size());
    for (int id = 0; id <= ProducerTable.MOST; id++) {
      boolean known = table.check(batch(id, 0, 0, 1), 0) instanceof ProducerCheck.Known;
      assertEquals(id >= ProducerTable.MOST / 2, known, "producer " + id);
    }
  }

  @Test
  void whoWasSilentForAsLongAsIsSetIsForgottenAlsoByAStart() throws Exception {
    LogSettings tenSeconds = LogFixtures.withSegmentMs(40).withProducersKept(10_000);
    log.configure(tenSeconds);
    stored(batch(7, 0, 0, 3));

    log.retain(11_000, 0);
    assertEquals(SequenceFault.GAP, fault(batch(7, 0, 5, 1)));
    log.retain(11_001, 0);
    assertInstanceOf(AppendOutcome.Appended.class, log.append(batch(7, 0, 5, 1), 0, 11_001));

    log.close();
    directory.close();
    directory = LogFixtures.directory(disk);
    log = directory.openLog("t-0", tenSeconds, 21_001).log();
    assertEquals(SequenceFault.GAP, fault(batch(7, 0, 8, 1)));
    log.close();
    directory.close();
    directory = LogFixtures.directory(disk);
    log = directory.openLog("t-0", tenSeconds, 21_002).log();
    stored(batch(7, 0, 8, 1));
  }

  private static ByteBuffer run(ByteBuffer... batches) {
    ByteBuffer all = ByteBuffer.allocate(4_000);
    for (ByteBuffer batch : batches) {
      all.put(batch);
    }
    return all.flip();
  }

  @Test
  void aRunOfBatchesIsStoredOrKnownAsAWholeAndElseToBeSentOneByOne() throws Exception {
    stored(run(batch(7, 0, 0, 2), batch(7, 0, 2, 1), batch(7, 0, 3, 3)));

    var known =
        assertInstanceOf(
            AppendOutcome.Known.class,
            log.append(run(batch(7, 0, 2, 1), batch(7, 0, 3, 3)), 0, 1_000));
    assertEquals(2, known.baseOffset());
    assertEquals(6, known.endOffset());
    assertEquals(SequenceFault.ALREADY_STORED, fault(run(batch(7, 0, 3, 3), batch(7, 0, 6, 1))));
    assertEquals(SequenceFault.GAP, fault(run(batch(7, 0, 6, 1), batch(7, 0, 8, 1))));
    stored(batch(8, 0, 0, 1));
    stored(batch(7, 0, 6, 1));
    assertEquals(SequenceFault.ALREADY_STORED, fault(run(batch(7, 0, 3, 3), batch(7, 0, 6, 1))));
    assertEquals(8, log.logEnd());
  }

  /** Also of producers that are not known yet, and whose batches lie between each other's. */
  @Test
  void batchesThatComeTogetherFollowEachOtherAsWell() throws Exception {
    assertEquals(SequenceFault.GAP, fault(run(batch(7, 0, 0, 2), batch(7, 0, 0, 2))));
    assertEquals(SequenceFault.GAP, fault(run(batch(7, 0, 0, 2), batch(7, 1, 2, 1))));
    assertEquals(0, log.logEnd());

    stored(run(batch(7, 0, 0, 2), batch(8, 0, 0, 1), batch(7, 0, 2, 3), batch(8, 0, 1, 1)));

    assertEquals(7, log.logEnd());
    stored(batch(7, 0, 5, 1));
    stored(batch(8, 0, 2, 1));
  }

  /** What a client does that has five requests under way at most, and sends again what it must. */
  private final class Client {
    private final long id;
    private final Deque<Sent> pending = new ArrayDeque<>();
    private final Deque<Sent> window = new ArrayDeque<>();
    private int epoch;
    private int next;

    Client(long id) {
      this.id = id;
    }

    private record Sent(int first, int records, long offset) {}

    void send(SplittableRandom random) {
      Sent sent =
          pending.isEmpty() ? new Sent(next, random.nextInt(1, 4), -1) : pending.removeFirst();
      next = Math.max(next, sent.first + sent.records);
      long base = log.logEnd();
      assertInstanceOf(
          AppendOutcome.Appended.class,
          log.append(batch(id, epoch, sent.first, sent.records), 0, nowMs),
          () -> what("is next"));
      window.addLast(new Sent(sent.first, sent.records, base));
      if (window.size() > ProducerState.REMEMBERED) {
        window.removeFirst();
      }
    }

    void sendAgain(SplittableRandom random) {
      forget();
      if (!pending.isEmpty() || window.isEmpty()) {
        return;
      }
      Sent sent = List.copyOf(window).get(random.nextInt(window.size()));
      AppendOutcome outcome = log.append(batch(id, epoch, sent.first, sent.records), 0, nowMs);
      var known =
          assertInstanceOf(AppendOutcome.Known.class, outcome, () -> what("is known") + sent);
      assertEquals(sent.offset, known.baseOffset(), () -> what("lies where it lay"));
    }

    void skip() {
      forget();
      if (pending.isEmpty() && !window.isEmpty()) {
        AppendOutcome outcome = log.append(batch(id, epoch, next + 1, 1), 0, nowMs);
        assertInstanceOf(AppendOutcome.OutOfSequence.class, outcome, () -> what("is a gap"));
      }
    }

    void beginAnew() {
      epoch++;
      next = 0;
      pending.clear();
      window.clear();
    }

    /** What was forgotten is made anew from no batch, where the file was damaged. */
    private void forget() {
      window.removeIf(sent -> sent.offset < log.logStart());
    }

    /**
     * Everything at and above an offset is gone. Of more than may be under way none is sent again.
     */
    void cutTo(long end) {
      while (!window.isEmpty() && window.getLast().offset >= end) {
        pending.addFirst(window.removeLast());
      }
      if (pending.size() > ProducerState.REMEMBERED || window.isEmpty()) {
        beginAnew();
      }
    }

    private String what(String rule) {
      return "repeat with -Dmilena.seed=%s: of producer %s in epoch %s the next %s; "
          .formatted(seed, id, epoch, rule);
    }
  }

  @Test
  void eachBatchIsStoredOnceWhateverBecomesOfTheLog() throws Exception {
    long first = Long.getLong("milena.seed", System.nanoTime());
    for (seed = first; seed < first + RUNS; seed++) {
      run(new SplittableRandom(seed));
    }
  }

  private void run(SplittableRandom random) throws IOException {
    disk = new SimDisk(random.nextLong());
    nowMs = 1_000;
    reopen();
    List<Client> clients = List.of(new Client(3), new Client(4), new Client(9));
    for (int step = 0; step < STEPS; step++) {
      nowMs += random.nextInt(4);
      Client client = clients.get(random.nextInt(clients.size()));
      switch (random.nextInt(24)) {
        case 0 -> client.beginAnew();
        case 1, 2 -> client.skip();
        case 3, 4, 5, 6 -> client.sendAgain(random);
        case 7, 8 -> {
          log.truncateTo(Math.max(log.logStart(), log.logEnd() - random.nextInt(12)));
          clients.forEach(one -> one.cutTo(log.logEnd()));
        }
        case 9 -> directory.checkpoint();
        case 10 -> {
          log.close();
          directory.close();
          disk = disk.restart();
          reopen();
        }
        case 11, 12 -> {
          disk = disk.restart();
          damage(random);
          reopen();
        }
        case 13 -> {
          disk = disk.crash();
          damage(random);
          reopen();
          clients.forEach(one -> one.cutTo(log.logEnd()));
        }
        case 14 -> log.forgetBefore(log.logStart() + (log.logEnd() - log.logStart()) / 4);
        default -> client.send(random);
      }
      if (random.nextInt(3) > 0) {
        flush();
      }
    }
    seeThatEachIsThereOnce(clients);
  }

  private void reopen() throws IOException {
    directory = LogFixtures.directory(disk);
    log = openLog();
  }

  /** It is made anew from the batches. */
  private void damage(SplittableRandom random) throws IOException {
    if (!disk.exists(FILE)) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> disk.delete(FILE);
      case 1 -> disk.flip(FILE, random.nextLong(disk.sizeInBytes(FILE)), random.nextInt(8));
      default -> {}
    }
  }

  private void flush() {
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, result -> log.apply(result));
    assertTrue(flush.runRound());
  }

  private void seeThatEachIsThereOnce(List<Client> clients) {
    List<String> lacking = new ArrayList<>();
    for (Client client : clients) {
      while (!client.pending.isEmpty()) {
        client.send(new SplittableRandom(seed));
      }
      client.forget();
      for (Client.Sent sent : client.window) {
        AppendOutcome outcome =
            log.append(batch(client.id, client.epoch, sent.first, sent.records), 0, nowMs);
        if (!(outcome instanceof AppendOutcome.Known)) {
          lacking.add(client.what("is known") + sent);
        }
      }
    }
    assertEquals(List.of(), lacking);
  }
}
