package dev.milena.metadata.codec;

import static dev.milena.proto.peer.v1.JournalStep.RECORDS_FIELD_NUMBER;
import static dev.milena.proto.peer.v1.JournalStep.ROLLING_HASH_FIELD_NUMBER;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.proto.peer.v1.Record;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Steps of the journal as bytes. */
public final class RecordCodec {
  private static final int VERSION = 1;

  private RecordCodec() {}

  /** A step in its place in the chain, and its bytes. */
  public static final class Chained {
    private final JournalStep step;
    private final byte[] bytes;

    private Chained(JournalStep step, byte[] bytes) {
      this.step = step;
      this.bytes = bytes;
    }

    /** With its rolling hash. */
    public JournalStep step() {
      return step;
    }

    /** As {@link #write} gives them; not a copy: for the store to write, for nobody to change. */
    public byte[] bytes() {
      return bytes;
    }
  }

  /**
   * The step as it follows another, with its rolling hash; it is made into bytes once.
   *
   * @param step its own rolling hash is ignored
   * @param previousRollingHash of the step before, 0 for the first
   */
  public static Chained chain(JournalStep step, long previousRollingHash) {
    byte[] unhashed = write(withHash(step, 0));
    long hash = RowHash.of(unhashed, previousRollingHash);
    return new Chained(
        withHash(step, hash), hash == 0 ? unhashed : joined(unhashed, List.of(), hash));
  }

  /** Whether the step, as it came, follows a step with this rolling hash. */
  public static boolean follows(JournalStep step, long previousRollingHash) {
    return chain(step, previousRollingHash).step().rollingHash() == step.rollingHash();
  }

  /** The step as bytes; a new array. */
  public static byte[] write(JournalStep step) {
    byte[] head =
        dev.milena.proto.peer.v1.JournalStep.newBuilder()
            .setVersion(VERSION)
            .setTerm(step.place().term())
            .setIndex(step.index())
            .setPreviousIndex(step.previousIndex())
            .setTimeMs(step.timeMs())
            .setRequestId(IdBytes.of(step.requestId()))
            .setOrigin(ImageMessages.of(step.origin()))
            .build()
            .toByteArray();
    List<byte[]> records = new ArrayList<>(step.records().size());
    for (MetadataRecord one : step.records()) {
      records.add(
          one instanceof PartitionChanged changed
              ? PartitionBytes.record(changed)
              : RecordMessages.of(one).toByteArray());
    }
    return joined(head, records, step.rollingHash());
  }

  /** The records' field and the hash's are the last of the message, in this order. */
  private static byte[] joined(byte[] head, List<byte[]> records, long rollingHash) {
    int size = head.length;
    for (byte[] record : records) {
      size += CodedOutputStream.computeByteArraySize(RECORDS_FIELD_NUMBER, record);
    }
    size +=
        rollingHash == 0
            ? 0
            : CodedOutputStream.computeFixed64Size(ROLLING_HASH_FIELD_NUMBER, rollingHash);
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawBytes(head);
      for (byte[] record : records) {
        out.writeByteArray(RECORDS_FIELD_NUMBER, record);
      }
      if (rollingHash != 0) {
        out.writeFixed64(ROLLING_HASH_FIELD_NUMBER, rollingHash);
      }
    } catch (IOException full) {
      throw new UncheckedIOException("a step is longer than was counted", full);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  /** Reads a step; its rolling hash is as written, see {@link #follows}. */
  public static JournalStep read(byte[] bytes) throws UnreadableMetadata {
    dev.milena.proto.peer.v1.JournalStep message;
    try {
      message = dev.milena.proto.peer.v1.JournalStep.parseFrom(bytes);
    } catch (InvalidProtocolBufferException damaged) {
      throw new UnreadableMetadata("not a step of the journal", damaged);
    }
    if (message.getVersion() != VERSION) {
      throw new UnreadableMetadata(
          "a step of version %s, this release reads %s".formatted(message.getVersion(), VERSION));
    }
    List<MetadataRecord> records = new ArrayList<>(message.getRecordsCount());
    for (Record one : message.getRecordsList()) {
      records.add(RecordMessages.record(one));
    }
    return new JournalStep(
        new JournalPlace(message.getTerm(), message.getIndex(), message.getPreviousIndex()),
        message.getTimeMs(),
        IdBytes.request(message.getRequestId()),
        ImageMessages.origin(message.getOrigin()),
        records,
        message.getRollingHash());
  }

  private static JournalStep withHash(JournalStep step, long rollingHash) {
    return new JournalStep(
        step.place(), step.timeMs(), step.requestId(), step.origin(), step.records(), rollingHash);
  }
}
