package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.StepQueue;
import dev.milena.log.AppendOutcome;
import dev.milena.log.CorruptLog;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.SimDisk;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Batches that others gave wait until their logs are opened once more. */
class WaitingPiecesTest {
  private static final Path ROOT = Path.of("logs");
  private final CorruptLog damage = CorruptLog.ofBatch(Path.of("l"), 100, 7, "noise");

  private final SimDisk disk = new SimDisk(1);
  private final SimClock clock = new SimClock();
  private final StepQueue background = new StepQueue(1);
  private final List<LoopFact> facts = new ArrayList<>();

  private LogOpenings over(LogDirectory directory) throws IOException {
    GroupFlush flush = GroupFlush.byHand();
    LogStorage storage = new LogStorage(List.of(new LogStorage.Volume(directory, flush)));
    HostingContext context = OneBroker.around(clock, background, storage);
    return new LogOpenings(context, facts::add);
  }

  private static PartitionId id(int partition) {
    return new PartitionId(new TopicId(7, 7), partition);
  }

  private boolean give(LogOpenings openings, int partition, ByteBuffer batch) {
    return openings.mendAndOpen(id(partition), LogSettings.DEFAULTS, damage, batch);
  }

  private void openNext(LogOpenings openings) {
    openings.startNext(0);
    assertTrue(background.step());
    openings.openingOver();
  }

  @Test
  void noMoreOfThemWaitThanABound() throws IOException {
    LogOpenings openings = over(LogDirectory.open(disk, ROOT, new UUID(0, 1)));
    ByteBuffer batch = ByteBuffer.allocate(1 << 20);
    int taken = 0;
    while (give(openings, taken, batch)) {
      taken++;
    }

    assertEquals(LogOpenings.MOST_PIECES_BYTES, (long) taken * batch.remaining());
    openNext(openings);
    assertTrue(give(openings, 50, batch));
    assertFalse(give(openings, 51, batch));
  }

  @Test
  void oneThatIsLargerThanTheBoundIsTakenAlone() throws IOException {
    LogOpenings openings = over(LogDirectory.open(disk, ROOT, new UUID(0, 1)));

    assertTrue(give(openings, 0, ByteBuffer.allocate(2 * (int) LogOpenings.MOST_PIECES_BYTES)));
    assertFalse(give(openings, 1, ByteBuffer.allocate(100)));
  }

  /** It came as a part of a message, which nobody keeps while it waits. */
  @Test
  void whatWaitsIsItsOwn() throws IOException {
    ByteBuffer lacking = SampleBatches.of(1_000, "b");
    SimDisk damaged =
        withDamage(SampleBatches.of(1_000, "a"), lacking, SampleBatches.of(1_000, "c"));
    LogOpenings openings = over(LogDirectory.open(damaged, ROOT, new UUID(0, 1)));
    openings.open(id(0), LogSettings.DEFAULTS);
    openNext(openings);
    var failed = assertInstanceOf(LoopFact.OpenFailed.class, facts.removeFirst());
    CorruptLog damage = failed.damage().orElseThrow();

    assertTrue(openings.mendAndOpen(id(0), LogSettings.DEFAULTS, damage, lacking));
    lacking.put(0, new byte[lacking.capacity()]);
    openNext(openings);

    assertInstanceOf(LoopFact.OpenDone.class, facts.removeFirst());
  }

  /** A log of three batches of one size, of which the second is damaged. */
  private SimDisk withDamage(ByteBuffer... batches) throws IOException {
    LogDirectory directory = LogDirectory.open(disk, ROOT, new UUID(0, 1));
    PartitionLog log = directory.openLog(id(0).toString(), LogSettings.DEFAULTS, 1_000).log();
    for (ByteBuffer batch : batches) {
      // the batch is stamped in place, as it is stored
      assertInstanceOf(AppendOutcome.Appended.class, log.append(batch.duplicate(), 1, 1_000));
    }
    SimDisk after = disk.restart();
    Path segment = ROOT.resolve(id(0).toString()).resolve("00000000000000000000.log");
    after.flip(segment, after.sizeInBytes(segment) / batches.length + 17, 4);
    return after;
  }
}
