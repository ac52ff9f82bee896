package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import java.io.IOException;
import java.util.List;

/**
 * Finds the producers of a log again: those that the file knows, and from batch headers what came
 * since. Where the file is missing or damaged, all from headers. Segments without a batch of an
 * idempotent producer say so, and are not looked at.
 */
final class ProducerRecovery {
  private final ProducerFile file;
  private final RecoveryCount count;
  private final long oldestMs;
  private final ProducerTable table;
  private final long from;

  private ProducerRecovery(
      ProducerFile file, RecoveryCount count, long oldestMs, ProducerFile.Snapshot snapshot) {
    this.file = file;
    this.count = count;
    this.oldestMs = oldestMs;
    this.table = snapshot.table();
    this.from = snapshot.offset();
  }

  /**
   * Reads the file.
   *
   * @param oldestMs who was silent since then is not found again
   */
  static ProducerRecovery of(ProducerFile file, RecoveryCount count, long oldestMs)
      throws IOException {
    ProducerFile.Snapshot snapshot;
    try {
      snapshot = file.read().orElseGet(ProducerRecovery::nothing);
    } catch (CorruptLog damaged) {
      snapshot = nothing();
    }
    return new ProducerRecovery(file, count, oldestMs, snapshot);
  }

  private static ProducerFile.Snapshot nothing() {
    return new ProducerFile.Snapshot(0, new ProducerTable());
  }

  /** What is known so far. */
  ProducerTable table() {
    return table;
  }

  /** What comes before this offset is known already. */
  long from() {
    return from;
  }

  /** Learns what closed segments hold that the file does not know. */
  void readClosed(List<Segment> closed) throws IOException {
    for (Segment segment : closed) {
      IndexHeader facts = segment.facts();
      if (segment.endOffset() > from && facts.lastAppendMs() >= oldestMs) {
        read(segment.file(), facts);
      }
    }
  }

  /** Learns what the front of a segment holds that the file does not know. */
  void read(SegmentFile segment, IndexHeader facts) throws IOException {
    if (!facts.holdsProducers() || facts.endOffset() <= from) {
      return;
    }
    segment.lease();
    try {
      TailBuild build =
          new TailBuild(
              IndexHeader.empty(facts.baseOffset(), 0, 0), new TailIndex(), Integer.MAX_VALUE);
      build.learn(table, from, facts.lastAppendMs());
      BatchWalk walk = BatchWalk.ofHeaders(segment, facts.logBytes());
      walk.requireGood(build.walk(walk, facts.logBytes(), Long.MAX_VALUE));
      count.walked(facts.logBytes());
    } finally {
      segment.release();
    }
  }

  /**
   * The log ends here. What the file says of batches beyond is taken back before others take their
   * place.
   */
  void endsAt(long end) throws IOException {
    table.truncateEnd(end);
    table.expire(oldestMs);
    try {
      file.cutTo(table, end);
    } catch (NoSpaceException full) {
      // nothing is appended on a full device either; the next roll, or stop, writes it
    }
  }
}
