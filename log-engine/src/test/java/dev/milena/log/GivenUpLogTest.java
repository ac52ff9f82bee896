package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A log that is taken offline by another thread while its disk does not answer: what the disk says
 * in the end vouches for nothing (invariant I11).
 */
class GivenUpLogTest {
  private final GroupFlush flush = GroupFlush.byHand();
  private final List<FlushResult> results = new ArrayList<>();
  private Runnable duringSync = () -> {};
  private Runnable duringWrite = () -> {};

  /** A disk that answers late, and well. */
  private final class Late extends PassingDisk {
    Late() {
      super(new SimDisk(1));
    }

    @Override
    public DiskFile create(Path path) throws IOException {
      return new PassingFile(super.create(path)) {
        @Override
        public void sync() throws IOException {
          duringSync.run();
          super.sync();
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
          duringWrite.run();
          return super.write(source, position);
        }
      };
    }
  }

  private static void giveUp(PartitionLog log) {
    var _ = log.fail(new IOException("its disk has not answered"));
  }

  private PartitionLog unflushed() throws IOException {
    PartitionLog log = LogFixtures.directory(new Late()).openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(2), 0, 1);
    return log;
  }

  @Test
  void syncThatComesBackLateIsNoFlush() throws Exception {
    PartitionLog log = unflushed();
    duringSync = () -> giveUp(log);
    flush.request(log, results::add);
    flush.runRound();
    assertInstanceOf(FlushResult.FlushFailed.class, results.getFirst());
    assertFalse(log.apply(results.getFirst()));
    assertEquals(0, log.flushedEnd());
    assertInstanceOf(AppendOutcome.Offline.class, log.append(LogFixtures.batch(1), 0, 1));
  }

  @Test
  void resultThatWasOnItsWayWhenTheLogWasGivenUpIsNotApplied() throws Exception {
    PartitionLog log = unflushed();
    flush.request(log, results::add);
    flush.runRound();
    assertInstanceOf(FlushResult.Flushed.class, results.getFirst());
    giveUp(log);
    assertFalse(log.apply(results.getFirst()));
    assertEquals(0, log.flushedEnd());
  }

  @Test
  void appendWhoseWriteComesBackLateIsTheLastAndIsNeverFlushed() throws Exception {
    PartitionLog log = unflushed();
    duringWrite = () -> giveUp(log);
    log.append(LogFixtures.batch(1), 0, 1);
    duringWrite = () -> {};
    assertInstanceOf(AppendOutcome.Offline.class, log.append(LogFixtures.batch(1), 0, 1));
    flush.request(log, results::add);
    flush.runRound();
    assertInstanceOf(FlushResult.FlushFailed.class, results.getFirst());
    assertEquals(0, log.flushedEnd());
  }
}
