package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchCall.FetchForm;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.log.LogSlice;
import dev.milena.log.OffsetOutOfRange;
import dev.milena.log.PartitionLog;
import dev.milena.log.TimeSearch;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.Leading;
import dev.milena.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The reading half of a hosted partition: finds what is visible, waits for more, and hands slices
 * to reader threads. The loop itself reads nothing from a disk.
 *
 * <p>Visible is what lies below the high watermark. A fetch between it and the log's end is empty,
 * never out of range, so that the visible end never goes back for a client (rule 12).
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionReads {
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final ClientWaitlist<Waiting> waitlist;
  private final Consumer<? super ClientRequest> again;
  private final DamageEar damage;

  /** A fetch that waits for enough committed bytes, and the offset that its start came to. */
  private record Waiting(ClientRequest.Fetch request, long from) {}

  /**
   * Reads of one open log.
   *
   * @param again takes a fetch whose start was looked up back to the loop; called on any thread
   * @param damage told of damaged bytes; called on any thread
   */
  PartitionReads(
      HostingContext context,
      PartitionLog log,
      PartitionReplica replica,
      Consumer<? super ClientRequest> again,
      DamageEar damage) {
    this.context = context;
    this.log = log;
    this.replica = replica;
    this.again = again;
    this.damage = damage;
    this.waitlist =
        new ClientWaitlist<>(
            context.limits().fetches(), Waiting::request, context.clock().monotonicMs());
  }

  /** Takes a fetch; the role has been checked. */
  void fetch(ClientRequest.Fetch request, long nowMs) {
    switch (request.start()) {
      case FetchStart.AtOffset(long offset) -> fetchFrom(request, offset, nowMs);
      case FetchStart.AtEarliest() -> fetchFrom(request, log.logStart(), nowMs);
      case FetchStart.AtLatest() -> {
        if (knowsLatest(request)) {
          fetchFrom(request, replica.highWatermark(), nowMs);
        }
      }
      case FetchStart.AtTime(long timestampMs) ->
          search(
              new ClientRequest.Search(
                  request.where(),
                  timestampMs,
                  log.logStart(),
                  request,
                  found -> again.accept(request.startingAt(startOf(found)))));
    }
  }

  /** Answers where things are; the role has been checked. */
  void offsets(ClientRequest.Offsets request) {
    switch (request.at()) {
      case FetchStart.AtOffset(long offset) -> answer(request, offset);
      case FetchStart.AtEarliest() -> answer(request, log.logStart());
      case FetchStart.AtLatest() -> {
        if (knowsLatest(request)) {
          answer(request, replica.highWatermark());
        }
      }
      case FetchStart.AtTime(long timestampMs) ->
          search(
              new ClientRequest.Search(
                  request.where(),
                  timestampMs,
                  log.logStart(),
                  request,
                  found -> request.answer().accept(outcomeOf(found))));
    }
  }

  /** The high watermark moved: fetches that wait for something to read go on. */
  void visibleTo(long highWatermark, long nowMs) {
    for (Waiting waiting : waitlist.take(entry -> entry.from() < highWatermark)) {
      fetchFrom(waiting.request(), waiting.from(), nowMs);
    }
  }

  /** Answers fetches whose time is over with what there is. */
  void sweep(long nowMs) {
    for (Waiting waiting : waitlist.takeExpired(nowMs)) {
      fetchFrom(waiting.request(), waiting.from(), nowMs);
    }
  }

  void refuseAll(ErrorKind kind, String message) {
    waitlist.takeAll().forEach(waiting -> waiting.request().refuse(kind, message));
  }

  long nextDeadlineMs() {
    return waitlist.nextDeadlineMs();
  }

  private void fetchFrom(ClientRequest.Fetch request, long from, long nowMs) {
    if (request.isAbandoned()) {
      request.giveUp();
      return;
    }
    boolean waits = request.deadlineMs() > nowMs;
    long visibleEnd = replica.highWatermark();
    if (from < log.logStart() || from > log.logEnd()) {
      request.refuse(outOfRange(request, from));
    } else if (from < visibleEnd) {
      locate(request, from, nowMs);
    } else if (waits) {
      waitFor(request, from, nowMs);
    } else {
      request.answer().accept(empty(request.form(), boundsAt(from)));
    }
  }

  private void locate(ClientRequest.Fetch request, long from, long nowMs) {
    boolean waits = request.deadlineMs() > nowMs;
    int maxBytes = readBytes(request);
    int wanted = Math.min(request.bounds().minBytes(), maxBytes);
    try {
      LogSlice slice = log.locate(from, maxBytes, replica.highWatermark());
      boolean grows = slice.sizeInBytes() == 0 || !slice.endsBeforeVisibleEnd();
      if (waits && grows && slice.sizeInBytes() < wanted) {
        slice.close();
        waitFor(request, from, nowMs);
      } else {
        hand(request, slice, boundsAt(from));
      }
    } catch (OffsetOutOfRange outside) {
      request.refuse(outOfRange(request, from));
    }
  }

  /** What would not go into the answer is not read: the next fetch would read it again. */
  private static int readBytes(ClientRequest.Fetch request) {
    return switch (request.form()) {
      case BATCHES -> request.bounds().maxBytes();
      case RECORDS -> Math.min(request.bounds().maxBytes(), FetchCall.MAX_RECORDS_BYTES);
    };
  }

  private void hand(ClientRequest.Fetch request, LogSlice slice, LogBounds bounds) {
    try {
      context.readers().execute(() -> fetchSlice(request, slice, bounds));
    } catch (RejectedExecutionException full) {
      slice.close();
      request.refuse(tooManyReads(request));
    }
  }

  private void fetchSlice(ClientRequest.Fetch request, LogSlice slice, LogBounds bounds) {
    if (letGo(request, slice)) {
      return;
    }
    var where = request.where().name();
    Optional<FetchOutcome> read = Optional.empty();
    // Closed when the answer was given: from then on the door counts it.
    try (ReadRoom.Share room = context.readRoom().share()) {
      try {
        read = Optional.of(SliceReader.fetch(slice, request.form(), bounds, reading(where, room)));
      } finally {
        // A bug goes on to the end of this thread, which says it; the client hears of it too.
        read.ifPresentOrElse(
            request.answer(), () -> request.refuse(PartitionRefusals.broken(where)));
      }
    }
  }

  private SliceReader.Reading reading(PartitionName where, ReadRoom.Share room) {
    return new SliceReader.Reading(where, room, damage);
  }

  /** Whether the client left while the read waited for its thread: nothing is read for those. */
  private static boolean letGo(ClientRequest request, LogSlice slice) {
    if (!request.isAbandoned()) {
      return false;
    }
    slice.close();
    request.giveUp();
    return true;
  }

  private void waitFor(ClientRequest.Fetch request, long from, long nowMs) {
    if (!waitlist.add(new Waiting(request, from), nowMs)) {
      request.refuse(
          Refusal.overloaded(
              request.where().name(),
              "%s fetches wait for %s, the most there may be"
                  .formatted(context.limits().fetches(), request.where().name())));
    }
  }

  /** Looks a time up on a reader thread, which tells what it found or asks the loop to go on. */
  void search(ClientRequest.Search request) {
    var visible = new Visible(replica.highWatermark(), replica.knowsLatest(), leaderEpoch());
    long from = Math.max(request.from(), log.logStart());
    if (from >= visible.end()) {
      absent(request, visible);
      return;
    }
    try {
      LogSlice slice = log.locate(new TimeSearch(request.timestampMs(), from, visible.end()), 1);
      try {
        context.readers().execute(() -> searchSlice(request, slice, visible));
      } catch (RejectedExecutionException full) {
        slice.close();
        request.refuse(tooManyReads(request));
      }
    } catch (OffsetOutOfRange outside) {
      request.refuse(outOfRange(request, from));
    }
  }

  /**
   * What a search sees.
   *
   * @param end of what is committed
   * @param latest whether that is all that was ever committed, as far as can be known (rule 12)
   */
  private record Visible(long end, boolean latest, int leaderEpoch) {}

  /** Nothing so late is there: as long as the end is not known there may be (KIP-207). */
  private static void absent(ClientRequest.Search request, Visible visible) {
    if (visible.latest()) {
      request
          .found()
          .accept(
              new SliceReader.Found(
                  visible.end(), OffsetsOutcome.NO_TIMESTAMP, visible.leaderEpoch()));
    } else {
      refuseLatest(request);
    }
  }

  private void searchSlice(ClientRequest.Search request, LogSlice slice, Visible visible) {
    if (letGo(request, slice)) {
      return;
    }
    var where = request.where().name();
    Runnable tell = () -> request.refuse(PartitionRefusals.broken(where));
    try (ReadRoom.Share room = context.readRoom().share()) {
      SliceReader.Searched searched =
          SliceReader.find(slice, request.timestampMs(), reading(where, room));
      tell = () -> searched(request, searched, visible);
    } catch (SliceReader.Refused refused) {
      tell = () -> request.refuse(refused.refusal());
    } finally {
      // As with a fetch.
      tell.run();
    }
  }

  private void searched(
      ClientRequest.Search request, SliceReader.Searched searched, Visible visible) {
    switch (searched) {
      case SliceReader.Searched.Hit(SliceReader.Found found) -> request.found().accept(found);
      case SliceReader.Searched.Miss(long searchedTo) -> {
        if (searchedTo >= visible.end() || searchedTo <= request.from()) {
          absent(request, visible);
        } else {
          again.accept(request.searchingOnFrom(searchedTo));
        }
      }
    }
  }

  private static FetchStart startOf(SliceReader.Found found) {
    return new FetchStart.AtOffset(found.offset());
  }

  private static OffsetsOutcome outcomeOf(SliceReader.Found found) {
    return found.timestampMs() == OffsetsOutcome.NO_TIMESTAMP
        ? new OffsetsOutcome.NothingSoLate(found.leaderEpoch())
        : new OffsetsOutcome.Found(found.offset(), found.timestampMs(), found.leaderEpoch());
  }

  private void answer(ClientRequest.Offsets request, long offset) {
    request
        .answer()
        .accept(new OffsetsOutcome.Found(offset, OffsetsOutcome.NO_TIMESTAMP, leaderEpoch()));
  }

  private boolean knowsLatest(ClientRequest request) {
    if (!replica.knowsLatest()) {
      refuseLatest(request);
      return false;
    }
    return true;
  }

  private static void refuseLatest(ClientRequest request) {
    request.refuse(
        ErrorKind.OFFSET_NOT_AVAILABLE,
        "the leader of %s does not know yet where the committed log ends; try again"
            .formatted(request.where().name()));
  }

  private int leaderEpoch() {
    return replica.role() instanceof Leading leading
        ? leading.leaderEpoch()
        : replica.facts().leaderEpoch();
  }

  private LogBounds boundsAt(long startOffset) {
    return new LogBounds(startOffset, log.logStart(), replica.highWatermark(), leaderEpoch());
  }

  private static FetchOutcome empty(FetchForm form, LogBounds bounds) {
    long from = bounds.startOffset();
    return switch (form) {
      case BATCHES -> new FetchOutcome.BatchesFetched(ByteBuffer.allocate(0), from, bounds);
      case RECORDS -> new FetchOutcome.RecordsFetched(List.of(), from, bounds);
    };
  }

  private Refusal outOfRange(ClientRequest request, long from) {
    return Refusal.of(
            ErrorKind.OFFSET_OUT_OF_RANGE,
            request.where().name(),
            "offset %s of %s is outside its log, which holds %s to %s"
                .formatted(from, request.where().name(), log.logStart(), log.logEnd()))
        .with("offset", Long.toString(from))
        .with("logStartOffset", Long.toString(log.logStart()))
        .with("logEndOffset", Long.toString(log.logEnd()));
  }

  private Refusal tooManyReads(ClientRequest request) {
    return Refusal.overloaded(
        request.where().name(),
        "%s reads wait for a disk of this broker, the most there may be"
            .formatted(context.limits().reads()));
  }
}
