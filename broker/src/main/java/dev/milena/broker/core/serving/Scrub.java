package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LoopFact;
import dev.milena.log.SegmentInspection;
import dev.milena.log.SegmentInspection.Finding;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks over everything that is stored here, slowly, one segment after the other, so that a bit
 * that flips is found while other replicas still have it right (invariant I13). What it finds its
 * partition mends.
 *
 * <p>One step at a time, on a thread of its own; loops only hand segments over.
 */
@OwnedBy(Owner.READER_THREAD)
final class Scrub {
  /** From one step to the next. */
  static final long STEP_MS = 250;

  /** A loop that has not given a segment by then does not: its partition was dropped. */
  private static final long GIVEN_MS = 10_000;

  private static final Logger events = LoggerFactory.getLogger(Scrub.class);

  private final ScrubPace pace;
  private final Supplier<List<PartitionId>> stored;
  private final PartitionLoops loops;
  private final ArrayDeque<PartitionId> left = new ArrayDeque<>();
  private final LongAdder bytes = new LongAdder();
  private long dueMs;
  private long begunMs;

  /** Bytes that may be read now; below zero while what was read is not paid for by time yet. */
  private long allowance;

  private Optional<Wanted> wanted = Optional.empty();

  /** A segment that a loop was asked for. */
  private static final class Wanted {
    private final PartitionId id;
    private final long from;
    private final long untilMs;
    private Optional<SegmentInspection> given = Optional.empty();
    private boolean answered;
    private boolean over;

    Wanted(PartitionId id, long from, long untilMs) {
      this.id = id;
      this.from = from;
      this.untilMs = untilMs;
    }

    /** What comes too late is given back. */
    synchronized void take(Optional<SegmentInspection> segment) {
      if (over) {
        segment.ifPresent(SegmentInspection::close);
      } else {
        given = segment;
        answered = true;
      }
    }

    synchronized Optional<SegmentInspection> given() {
      return given;
    }

    synchronized boolean isAnswered() {
      return answered;
    }

    synchronized void end() {
      over = true;
      given.ifPresent(SegmentInspection::close);
      given = Optional.empty();
    }
  }

  /**
   * Has looked at nothing yet.
   *
   * @param stored the partitions that lie here
   * @param nowMs the monotonic clock
   */
  Scrub(ScrubPace pace, Supplier<List<PartitionId>> stored, PartitionLoops loops, long nowMs) {
    this.pace = pace;
    this.stored = stored;
    this.loops = loops;
    this.dueMs = pace.firstMs(nowMs);
  }

  /** How many bytes were found sound since the start. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  long bytes() {
    return bytes.sum();
  }

  /** Looks at as much as {@link #STEP_MS} allows, if it is time. A bug ends it for good. */
  void step(long nowMs) {
    boolean works = false;
    try {
      if (nowMs >= dueMs) {
        stepNow(nowMs);
      }
      works = true;
    } finally {
      if (!works) {
        stop();
      }
    }
  }

  private void stepNow(long nowMs) {
    if (wanted.isEmpty()) {
      begin(nowMs);
    }
    wanted.ifPresent(segment -> goOn(segment, nowMs));
  }

  /** Gives back what it holds. */
  void stop() {
    wanted.ifPresent(Wanted::end);
    wanted = Optional.empty();
    left.clear();
    dueMs = Long.MAX_VALUE;
  }

  private void begin(long nowMs) {
    begunMs = nowMs;
    left.addAll(stored.get());
    nextPartition(nowMs);
  }

  private void nextPartition(long nowMs) {
    PartitionId next = left.poll();
    if (next == null) {
      wanted = Optional.empty();
      dueMs = pace.nextMs(begunMs, nowMs);
    } else {
      ask(next, 0, nowMs);
    }
  }

  private void ask(PartitionId id, long from, long nowMs) {
    Wanted segment = new Wanted(id, from, nowMs + GIVEN_MS);
    wanted = Optional.of(segment);
    loops.loopOf(id).tell(new LoopFact.InspectionWanted(id, from, segment::take));
  }

  private void goOn(Wanted segment, long nowMs) {
    long budget = pace.budget(STEP_MS);
    allowance = Math.min(budget, allowance + budget);
    Optional<SegmentInspection> given = segment.given();
    if (given.filter(one -> one.baseOffset() >= segment.from).isPresent()) {
      if (allowance > 0) {
        look(segment, given.get(), nowMs);
      }
    } else if (segment.isAnswered() || nowMs >= segment.untilMs) {
      // the last segment, which has grown since it was looked over, has its turn in the next round
      segment.end();
      nextPartition(nowMs);
    }
  }

  private void look(Wanted segment, SegmentInspection inspection, long nowMs) {
    int soundBefore = inspection.soundBytes();
    long readBefore = inspection.bytesRead();
    try {
      switch (inspection.look((int) allowance)) {
        case Finding.More() -> {}
        case Finding.Sound(), Finding.Cut() -> over(segment, inspection, nowMs);
        case Finding.Damaged(long offset, String reason) -> {
          events
              .atError()
              .addKeyValue("log", segment.id)
              .addKeyValue("offset", offset)
              .addKeyValue("reason", reason)
              .log("stored bytes are damaged; another replica is asked for them, if there is one");
          loops
              .loopOf(segment.id)
              .tell(new LoopFact.DamageFound(segment.id, inspection.log(), offset));
          over(segment, inspection, nowMs);
        }
      }
    } catch (IOException notNow) {
      events
          .atWarn()
          .addKeyValue("log", segment.id)
          .addKeyValue("reason", notNow.getMessage())
          .log("a segment could not be looked over; it has its turn again in the next round");
      over(segment, inspection, nowMs);
    } finally {
      bytes.add(inspection.soundBytes() - soundBefore);
      allowance -= inspection.bytesRead() - readBefore;
    }
  }

  private void over(Wanted segment, SegmentInspection inspection, long nowMs) {
    long end = inspection.endOffset();
    segment.end();
    ask(segment.id, end, nowMs);
  }
}
