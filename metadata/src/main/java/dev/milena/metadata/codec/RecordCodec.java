package dev.milena.metadata.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.proto.peer.v1.Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Steps of the journal as bytes. */
public final class RecordCodec {
  private static final int VERSION = 1;

  /** Field 15, eight bytes. */
  private static final byte HASH_FIELD_TAG =
      (byte)
          ((dev.milena.proto.peer.v1.JournalStep.ROLLING_HASH_FIELD_NUMBER << 3)
              | WireFormat.WIRETYPE_FIXED64);

  private static final int HASH_FIELD_BYTES = 1 + Long.BYTES;

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
    return new Chained(withHash(step, hash), hash == 0 ? unhashed : hashed(unhashed, hash));
  }

  /** The hash's field is the last of the message, so it can be put behind the others. */
  private static byte[] hashed(byte[] unhashed, long hash) {
    return ByteBuffer.allocate(unhashed.length + HASH_FIELD_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(unhashed)
        .put(HASH_FIELD_TAG)
        .putLong(hash)
        .array();
  }

  /** Whether the step, as it came, follows a step with this rolling hash. */
  public static boolean follows(JournalStep step, long previousRollingHash) {
    return chain(step, previousRollingHash).step().rollingHash() == step.rollingHash();
  }

  /** The step as bytes; a new array. */
  public static byte[] write(JournalStep step) {
    dev.milena.proto.peer.v1.JournalStep.Builder message =
        dev.milena.proto.peer.v1.JournalStep.newBuilder()
            .setVersion(VERSION)
            .setTerm(step.place().term())
            .setIndex(step.index())
            .setPreviousIndex(step.previousIndex())
            .setTimeMs(step.timeMs())
            .setRequestId(IdBytes.of(step.requestId()))
            .setOrigin(ImageMessages.of(step.origin()))
            .setRollingHash(step.rollingHash());
    step.records().forEach(one -> message.addRecords(RecordMessages.of(one)));
    return message.build().toByteArray();
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
