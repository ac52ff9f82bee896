package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall.FetchForm;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.log.CorruptLog;
import dev.milena.log.LogSlice;
import dev.milena.log.SliceTruncated;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads slices into memory and checks every batch before it is handed out: bytes that a disk has
 * changed are reported, never served (invariant I13).
 */
@OwnedBy(Owner.READER_THREAD)
final class SliceReader {
  private static final Logger log = LoggerFactory.getLogger(SliceReader.class);

  private SliceReader() {}

  /** A record found by its time. */
  record Found(long offset, long timestampMs, int leaderEpoch) {}

  /** Bytes that cannot be handed out, or read, with the sentence for the client. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    Refused(Refusal refusal) {
      super(refusal.message(), null, true, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  /**
   * What is read, and in which room.
   *
   * @param damage told of an offset at or in front of bytes that are damaged
   */
  record Reading(PartitionName where, ReadRoom.Share room, DamageEar damage) {}

  /** Reads a slice for a fetch and gives its lease back. */
  static FetchOutcome fetch(LogSlice slice, FetchForm form, LogBounds bounds, Reading reading) {
    long from = bounds.startOffset();
    int decodedBytes = form == FetchForm.RECORDS ? RecordDecoding.MEMORY_BYTES : 0;
    try (slice) {
      ByteBuffer batches = read(slice, from, reading, decodedBytes);
      return switch (form) {
        case BATCHES -> new FetchOutcome.BatchesFetched(batches, endOf(batches, from), bounds);
        case RECORDS -> decoded(batches, bounds, reading.where());
      };
    } catch (Refused refused) {
      return new FetchOutcome.FetchRefused(refused.refusal());
    }
  }

  /** What a search came to. */
  sealed interface Searched {
    /** The record. */
    record Hit(Found found) implements Searched {}

    /** Not in this slice; everything before the offset was searched in vain. */
    record Miss(long searchedTo) implements Searched {}
  }

  /**
   * Finds the first record of a time or later in a slice that was located by that time, and gives
   * the lease back. Of a batch that cannot be looked into within bounds, its first offset is told:
   * whoever begins there misses nothing, and learns what is wrong with it.
   */
  static Searched find(LogSlice slice, long timestampMs, Reading reading) throws Refused {
    try (slice;
        RecordCursor cursor = new RecordCursor(RecordDecoding.LIMITS)) {
      ByteBuffer batches =
          read(slice, ServedBatches.ANYWHERE, reading, RecordDecoding.WINDOW_BYTES);
      int at = batches.position();
      while (at < batches.limit()) {
        cursor.open(batches, at);
        if (reaches(cursor, timestampMs)) {
          int epoch = BatchHeader.partitionLeaderEpoch(batches, at);
          return new Searched.Hit(new Found(cursor.offset(), cursor.timestamp(), epoch));
        }
        long latestMs = BatchHeader.maxTimestamp(batches, at);
        if (cursor.fault() != RecordFault.NONE && latestMs >= timestampMs) {
          long first = BatchHeader.baseOffset(batches, at);
          int epoch = BatchHeader.partitionLeaderEpoch(batches, at);
          return new Searched.Hit(new Found(first, latestMs, epoch));
        }
        at += BatchHeader.sizeInBytes(batches, at);
      }
      return new Searched.Miss(slice.endOffset());
    }
  }

  /** Moves to the batch's first record of a time or later. */
  private static boolean reaches(RecordCursor cursor, long timestampMs) {
    while (cursor.next()) {
      if (cursor.timestamp() >= timestampMs) {
        return true;
      }
    }
    return false;
  }

  private static FetchOutcome decoded(ByteBuffer batches, LogBounds bounds, PartitionName where) {
    var decoded =
        RecordDecoding.decode(batches, bounds.startOffset(), RecordDecoding.Bounds.OF_AN_ANSWER);
    return switch (decoded) {
      case RecordDecoding.Decoded.Records records ->
          new FetchOutcome.RecordsFetched(records.records(), records.nextOffset(), bounds);
      case RecordDecoding.Decoded.Unreadable unreadable ->
          new FetchOutcome.FetchRefused(
              Refusal.of(
                      ErrorKind.CORRUPT_LOG,
                      where,
                      "the records of %s from offset %s cannot be decoded: %s; read them as batches,"
                              .formatted(where, unreadable.offset(), unreadable.fault().sentence())
                          + " or go on at offset "
                          + unreadable.nextOffset())
                  .with("offset", Long.toString(unreadable.offset())));
    };
  }

  /**
   * All good batches of the slice; {@link Refused} when not even the first is good.
   *
   * @param besideBytes of room that is taken beside the bytes of the slice
   */
  private static ByteBuffer read(LogSlice slice, long from, Reading reading, int besideBytes)
      throws Refused {
    PartitionName where = reading.where();
    long known = slice.startOffset();
    try {
      slice.trim();
      known = slice.startOffset();
      if (!reading.room().tryTake((long) slice.sizeInBytes() + besideBytes)) {
        throw new Refused(reading.room().refusal(where));
      }
      ByteBuffer bytes = ByteBuffer.allocate(slice.sizeInBytes());
      slice.read(0, bytes);
      bytes.flip();
      var expected = new ServedBatches.Expected(from, slice.endOffset());
      ServedBatches served = ServedBatches.check(bytes, expected);
      if (!served.fault().isEmpty()) {
        long damagedAt = endOf(bytes.duplicate().limit(served.goodEnd()), known);
        Refused refused = damaged(reading, from, exactly(damagedAt), served.fault());
        if (served.goodEnd() == 0) {
          throw refused;
        }
      }
      return bytes.limit(served.goodEnd());
    } catch (SliceTruncated cut) {
      throw new Refused(
          Refusal.of(
              ErrorKind.LEADER_NOT_AVAILABLE,
              where,
              "%s was cut while it was read; try again".formatted(where)));
    } catch (CorruptLog damage) {
      throw damaged(reading, from, placeOf(damage, known), damage.reason());
    } catch (IOException failed) {
      String reason =
          failed instanceof NoSuchFileException
              ? "the file " + failed.getMessage() + " is missing"
              : String.valueOf(failed.getMessage());
      if (mayPass(failed)) {
        throw unread(reading, from, known, reason);
      }
      throw damaged(reading, from, new DamageEar.Place(known, false), reason);
    }
  }

  /**
   * A file that is there and cannot be opened may be one too many at the moment. One that is gone,
   * and a sector that gives nothing, stay so: whoever reads must hear of it and not try for ever.
   */
  private static boolean mayPass(IOException failed) {
    return failed instanceof FileSystemException && !(failed instanceof NoSuchFileException);
  }

  /**
   * The disk gave no bytes, which says nothing of them: there may be too many open files. The log
   * stays as it is: whether its disk is lost, its writes and its directory's own files say.
   */
  private static Refused unread(Reading reading, long from, long at, String reason) {
    PartitionName where = reading.where();
    say(
        reading,
        at,
        reason,
        "stored bytes could not be read; check the disk, and how many files may be open");
    return refused(
        ErrorKind.STORAGE_OFFLINE,
        where,
        from,
        "the disk of %s does not give its bytes%s (%s); try again"
            .formatted(where, place(from), reason));
  }

  /** A header says which batch it is; a file that is too short does not. */
  private static DamageEar.Place placeOf(CorruptLog damage, long inFront) {
    return damage.offset().isPresent()
        ? exactly(damage.offset().getAsLong())
        : new DamageEar.Place(inFront, false);
  }

  private static DamageEar.Place exactly(long offset) {
    return new DamageEar.Place(offset, true);
  }

  private static Refused damaged(
      Reading reading, long from, DamageEar.Place damage, String reason) {
    boolean mended = reading.damage().found(damage);
    say(
        reading,
        damage.offset(),
        reason,
        mended
            ? "stored bytes are damaged; the log is looked over, and other replicas are asked for what it lacks"
            : "stored bytes are damaged, and no other replica gives them; restore this log from a backup");
    return mended
        ? refused(
            ErrorKind.STORAGE_OFFLINE,
            reading.where(),
            from,
            "bytes of %s%s are damaged (%s); other replicas are asked for what the log lacks; try again"
                .formatted(reading.where(), place(from), reason))
        : refused(
            ErrorKind.CORRUPT_LOG,
            reading.where(),
            from,
            "bytes of %s%s are damaged (%s), and no other replica gives them; go on at a later offset, or restore the log from a backup"
                .formatted(reading.where(), place(from), reason));
  }

  /** Once in a while for each place: readers come again at once. */
  private static void say(Reading reading, long at, String reason, String what) {
    if (reading.damage().isNews(at)) {
      log.atError()
          .addKeyValue("partition", reading.where())
          .addKeyValue("offset", at)
          .addKeyValue("reason", reason)
          .log(what);
    }
  }

  private static Refused refused(ErrorKind kind, PartitionName where, long from, String message) {
    Refusal refusal = Refusal.of(kind, where, message);
    return new Refused(
        from == ServedBatches.ANYWHERE ? refusal : refusal.with("offset", Long.toString(from)));
  }

  /** A search by time begins at no offset. */
  private static String place(long from) {
    return from == ServedBatches.ANYWHERE ? "" : " at offset " + from;
  }

  /** Where the batches end, or {@code none} when there are none. */
  static long endOf(ByteBuffer batches, long none) {
    long end = none;
    int at = batches.position();
    while (at < batches.limit()) {
      end = BatchHeader.endOffset(batches, at);
      at += BatchHeader.sizeInBytes(batches, at);
    }
    return end;
  }
}
