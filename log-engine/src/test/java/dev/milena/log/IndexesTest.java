package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Indexes and ring against naive twins, and their files against damage. */
class IndexesTest {
  private static final long SEED = Long.getLong("milena.seed", 815);

  private record Placed(int offset, int position, int bytes, long timestampMs) {}

  private final SplittableRandom random = new SplittableRandom(SEED);

  private List<Placed> batches(int count) {
    List<Placed> batches = new ArrayList<>();
    int offset = 0;
    int position = 0;
    for (int i = 0; i < count; i++) {
      int bytes = random.nextInt(61, 900);
      batches.add(new Placed(offset, position, bytes, i * 5L + random.nextLong(-40, 40)));
      offset += random.nextInt(1, 6);
      position += bytes;
    }
    return batches;
  }

  private static TailIndex index(List<Placed> batches, int intervalBytes) {
    TailIndex index = new TailIndex();
    for (Placed batch : batches) {
      index.note(batch.offset(), batch.position(), batch.timestampMs(), intervalBytes);
    }
    return index;
  }

  @Test
  void aScanNeverStartsBehindTheBatchItLooksForNorFarInFront() {
    int interval = 1_500;
    for (int run = 0; run < 50; run++) {
      List<Placed> batches = batches(random.nextInt(1, 400));
      TailIndex index = index(batches, interval);
      int last = batches.getLast().offset();
      for (int offset = 0; offset <= last; offset++) {
        Placed holder = holder(batches, offset);
        int start = index.offsets().scanStart(offset);
        assertTrue(start <= holder.position(), "seed " + SEED);
        assertTrue(holder.position() - start < interval + 900, "seed " + SEED);
        assertTrue(batches.stream().anyMatch(batch -> batch.position() == start));
      }
    }
  }

  private static Placed holder(List<Placed> batches, int offset) {
    Placed holder = batches.getFirst();
    for (Placed batch : batches) {
      holder = batch.offset() <= offset ? batch : holder;
    }
    return holder;
  }

  @Test
  void aSearchByTimeNeverStartsBehindTheFirstBatchThatIsLateEnough() {
    for (int run = 0; run < 50; run++) {
      List<Placed> batches = batches(random.nextInt(1, 300));
      TailIndex index = index(batches, 1_000);
      for (long time = -50; time < batches.size() * 5L + 50; time += 3) {
        long wanted = time;
        Optional<Placed> first =
            batches.stream().filter(batch -> batch.timestampMs() >= wanted).findFirst();
        int start = index.times().searchStart(time);
        assertTrue(first.isEmpty() || start <= first.get().position(), "seed " + SEED);
      }
    }
  }

  @Test
  void theRingKnowsTheLastBatchesExactlyAndNoOthers() {
    List<Placed> batches = batches(700);
    BatchRing ring = index(batches, 1_000).recent();
    int oldest = batches.size() - TailIndex.RECENT_BATCHES;
    for (int number = 0; number < batches.size(); number++) {
      Placed batch = batches.get(number);
      long expected = number < oldest ? BatchRing.NONE : number;
      assertEquals(expected, ring.batchAt(batch.offset()));
      assertEquals(expected, ring.boundaryAtOrBefore(batch.position() + 60L));
      if (expected != BatchRing.NONE) {
        assertEquals(batch.position(), ring.position(expected));
        assertEquals(batch.offset(), ring.relativeOffset(expected));
      }
    }
    ring.clear();
    assertEquals(BatchRing.NONE, ring.batchAt(batches.getLast().offset()));
  }

  @Test
  void aDamagedIndexFileIsNeverBelieved() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    Path path = Path.of("i.index");
    List<Placed> batches = batches(40);
    TailIndex index = index(batches, 1_000);
    int bytes = batches.getLast().position() + batches.getLast().bytes();
    IndexHeader header = new IndexHeader(7, 7 + 500, bytes, index.maxTimestampMs(), 1, 2, false);
    IndexFile.write(disk, path, header, index.offsets());
    assertEquals(
        index.offsets().size(), IndexFile.readOffsets(disk, path, header).orElseThrow().size());
    for (long position = 0; position < disk.sizeInBytes(path); position++) {
      disk.flip(path, position, random.nextInt(8));
      Optional<IndexHeader> front = IndexFile.readHeader(disk, path, IndexFile.OFFSET_MAGIC, 7);
      assertEquals(position >= IndexFile.HEADER_BYTES, front.isPresent(), "byte " + position);
      assertTrue(IndexFile.readOffsets(disk, path, header).isEmpty(), "byte " + position);
      IndexFile.write(disk, path, header, index.offsets());
    }
    IndexFile.write(disk, path, header, index.times());
    assertTrue(IndexFile.readOffsets(disk, path, header).isEmpty(), "the other kind");
    assertEquals(
        index.times().size(), IndexFile.readTimes(disk, path, header).orElseThrow().size());
  }

  /** A log of twelve closed segments. */
  private static PartitionLog ofTwelve(LogDirectory directory, int batchesOf) throws Exception {
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    while (log.segmentCount() < 13) {
      log.append(LogFixtures.batch(batchesOf), 0, 1);
    }
    return log;
  }

  private static List<Segment> closedSegments(SimDisk disk) throws Exception {
    Path folder = LogFixtures.ROOT.resolve("t-0");
    List<Segment> segments = new ArrayList<>();
    for (String name : disk.list(folder)) {
      long base = SegmentName.baseOffset(name).orElse(-1);
      Optional<IndexHeader> facts =
          base < 0
              ? Optional.empty()
              : IndexFile.readHeader(
                  disk, SegmentName.index(folder, base), IndexFile.OFFSET_MAGIC, base);
      facts.ifPresent(found ->
          segments.add(
              new Segment(new SegmentFile(disk, SegmentName.log(folder, base)).lease(), found)));
    }
    assertEquals(12, segments.size());
    return segments;
  }

  @Test
  void theCacheStaysWithinItsBoundOfBytes() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    ofTwelve(LogFixtures.directory(disk), 2);
    IndexCache cache = new IndexCache(disk, new IndexCache.Bound(5_000, 100));
    for (Segment segment : closedSegments(disk)) {
      assertTrue(cache.of(segment).offsets().size() > 0);
      assertTrue(cache.heldBytes() > 0);
      assertTrue(cache.heldBytes() <= 5_000, cache.heldBytes() + " bytes");
    }
  }

  @Test
  void segmentsWithoutAnEntryAreBoundedToo() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    ofTwelve(LogFixtures.directory(disk), 100);
    List<Segment> segments = closedSegments(disk);
    IndexCache byBytes = new IndexCache(disk, new IndexCache.Bound(5_000, 100));
    IndexCache byCount = new IndexCache(disk, new IndexCache.Bound(1 << 20, 3));
    for (Segment segment : segments) {
      assertEquals(0, byBytes.of(segment).offsets().size());
      byCount.of(segment);
      assertTrue(byCount.heldSegments() <= 3, byCount.heldSegments() + " segments");
    }
    assertTrue(byBytes.heldBytes() <= 5_000, byBytes.heldBytes() + " bytes");
    assertTrue(byBytes.heldSegments() < 12, "each takes memory, however small");
    assertEquals(3, byCount.heldSegments());
  }

  @Test
  void aLogIsForgottenWithAllItsSegmentsAndNoOther() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    LogDirectory directory = LogFixtures.directory(disk);
    ofTwelve(directory, 2);
    PartitionLog other = directory.openLog("t-1", LogFixtures.SMALL, 1).log();
    while (other.segmentCount() < 3) {
      other.append(LogFixtures.batch(2), 0, 1);
    }
    for (long offset = 0; offset < other.logEnd() - 50; offset += 20) {
      try (LogSlice slice = other.locate(offset, 1, other.logEnd())) {
        slice.trim();
      }
    }
    IndexCache cache = directory.indexes();
    int ofOther = cache.heldSegments();
    long bytesOfOther = cache.heldBytes();
    assertTrue(ofOther > 0);
    List<Segment> segments = closedSegments(disk);
    for (Segment segment : segments) {
      cache.of(segment);
    }
    cache.forget(segments.getFirst().file());
    assertEquals(ofOther + 11, cache.heldSegments());

    cache.forgetLog(LogFixtures.ROOT.resolve("t-0"));

    assertEquals(ofOther, cache.heldSegments());
    assertEquals(bytesOfOther, cache.heldBytes());
  }

  @Test
  void anIndexLargerThanTheBoundIsUsedAndNotHeld() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    ofTwelve(LogFixtures.directory(disk), 2);
    IndexCache cache = new IndexCache(disk, new IndexCache.Bound(300, 100));

    assertTrue(cache.of(closedSegments(disk).getFirst()).offsets().size() > 0);

    assertEquals(0, cache.heldBytes());
  }

  @Test
  void aDeletedLogIsForgottenAndItsReadersDoNotBringItBack() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = ofTwelve(directory, 2);
    long end = log.logEnd();
    LogSlice late = log.locate(0, 10_000, end);
    for (long offset = 0; offset < end - 100; offset += 20) {
      try (LogSlice slice = log.locate(offset, 1, end)) {
        slice.trim();
      }
    }
    assertTrue(directory.indexes().heldSegments() > 5);

    directory.deleteLog(log);
    directory.reap();

    assertEquals(0, directory.indexes().heldSegments());
    try (late) {
      late.trim();
      LogFixtures.check(late);
    }
    assertEquals(0, directory.indexes().heldSegments());
    assertEquals(0, directory.indexes().heldBytes());
  }
}
