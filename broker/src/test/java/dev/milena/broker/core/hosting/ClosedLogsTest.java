package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.StepQueue;
import dev.milena.log.CorruptLog;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A log cannot be opened for want of a batch, and another replica's is put there. */
class ClosedLogsTest {
  private static final Path ROOT = Path.of("logs");
  private static final PartitionId ID = new PartitionId(new TopicId(7, 7), 0);
  private static final Path SEGMENT =
      ROOT.resolve(ID.toString()).resolve("00000000000000000000.log");
  private static final int LAST_OFFSET_DELTA_END = 26;

  private final StepQueue background = new StepQueue(1);
  private final List<LoopFact> facts = new ArrayList<>();
  private final byte[] good;
  private final SimDisk disk;
  private final LogStorage storage;
  private final LogOpenings openings;

  ClosedLogsTest() throws IOException {
    SimDisk before = new SimDisk(1);
    good = twoBatches(before);
    disk = before.restart();
    disk.flip(SEGMENT, LAST_OFFSET_DELTA_END, 2);
    LogDirectory directory = LogDirectory.open(disk, ROOT, new UUID(0, 1));
    storage = new LogStorage(List.of(new LogStorage.Volume(directory, GroupFlush.byHand())));
    SimClock clock = new SimClock();
    HostingContext context = OneBroker.around(clock, background, storage);
    openings = new LogOpenings(context, facts::add);
  }

  /** A log of them, flushed; answers the first as it is stored. */
  private static byte[] twoBatches(SimDisk disk) throws IOException {
    GroupFlush flush = GroupFlush.byHand();
    LogDirectory directory = LogDirectory.open(disk, ROOT, new UUID(0, 1));
    PartitionLog log = directory.openLog(ID.toString(), LogSettings.DEFAULTS, 1).log();
    byte[] first = new byte[SampleBatches.of(1_000, "a", "b", "c").remaining()];
    SampleBatches.of(1_000, "a", "b", "c").get(first);
    log.append(ByteBuffer.wrap(first), 1, 1_000);
    log.append(SampleBatches.of(1_000, "d"), 1, 1_000);
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
    directory.checkpoint();
    return first;
  }

  private CorruptLog damage() {
    openings.open(ID, LogSettings.DEFAULTS);
    CorruptLog damage = opened(LoopFact.OpenFailed.class).damage().orElseThrow();
    assertEquals(0, damage.offset().orElseThrow());
    return damage;
  }

  private <T extends LoopFact> T opened(Class<T> how) {
    openings.startNext(0);
    assertTrue(background.step());
    openings.openingOver();
    return assertInstanceOf(how, facts.removeFirst());
  }

  private Optional<LogFailure.Kind> failure() {
    return Optional.ofNullable(openings.unusable().get(ID)).map(LogFailure::kind);
  }

  private byte[] firstStored(SimDisk of) throws IOException {
    byte[] stored = new byte[good.length];
    try (var file = of.open(SEGMENT)) {
      assertEquals(stored.length, file.read(ByteBuffer.wrap(stored), 0));
    }
    return stored;
  }

  @Test
  void whatWasGivenIsOnTheDeviceWhenTheLogIsOpen() throws IOException {
    openings.mendAndOpen(ID, LogSettings.DEFAULTS, damage(), ByteBuffer.wrap(good));

    var done = opened(LoopFact.OpenDone.class);

    assertEquals(4, done.stored().log().logEnd());
    assertArrayEquals(good, firstStored(disk.synced()));
    assertEquals(1, storage.mendedBatches());
    assertEquals(0, storage.offline());
  }

  /** The page cache may hold the good batch, and count it as clean, and the device the other. */
  @ParameterizedTest
  @CsvSource({"1,IO_ERROR", "2,IO_ERROR", "2,NO_SPACE"})
  void aWriteOrSyncThatFailsKeepsTheLogClosed(int failingCall, SimFault fault) {
    openings.mendAndOpen(ID, LogSettings.DEFAULTS, damage(), ByteBuffer.wrap(good));
    disk.failAt(disk.calls() + failingCall, fault);

    var failed = opened(LoopFact.OpenFailed.class);

    assertTrue(disk.struckCall().endsWith(SEGMENT.toString()), disk.struckCall());
    assertEquals(Optional.empty(), failed.damage(), "nobody is asked again");
    assertEquals(Optional.of(LogFailure.Kind.BROKEN), failure());
    assertEquals(1, storage.health(Map.of()).getFirst().failed().size());
    assertEquals(0, storage.mendedBatches());
  }

  @Test
  void aFullDeviceIsTriedAgain() {
    openings.mendAndOpen(ID, LogSettings.DEFAULTS, damage(), ByteBuffer.wrap(good));
    disk.failAt(disk.calls() + 1, SimFault.NO_SPACE);

    var failed = opened(LoopFact.OpenFailed.class);

    assertTrue(failed.noSpace());
    assertEquals(Optional.empty(), failure());
    assertEquals(0, damage().offset().orElseThrow(), "it is lacking still");
  }

  @Test
  void whatDoesNotFitChangesNothing() throws IOException {
    byte[] before = firstStored(disk);
    openings.mendAndOpen(ID, LogSettings.DEFAULTS, damage(), SampleBatches.of(1_000, "x"));

    var failed = opened(LoopFact.OpenFailed.class);

    assertEquals(0, failed.damage().orElseThrow().offset().orElseThrow());
    assertEquals(Optional.of(LogFailure.Kind.MENDABLE), failure());
    assertArrayEquals(before, firstStored(disk));
    assertEquals(0, storage.mendedBatches());
  }
}
