package dev.milena.metadata.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.proto.peer.v1.Record;
import java.util.ArrayList;
import java.util.List;

/** Steps of the journal as bytes. */
public final class RecordCodec {
  private static final int VERSION = 1;

  private RecordCodec() {}

  /**
   * The step as it follows another, with its rolling hash.
   *
   * @param step its own rolling hash is ignored
   * @param previousRollingHash of the step before, 0 for the first
   */
  public static JournalStep chain(JournalStep step, long previousRollingHash) {
    return withHash(step, RowHash.of(write(withHash(step, 0)), previousRollingHash));
  }

  /** Whether the step, as it came, follows a step with this rolling hash. */
  public static boolean follows(JournalStep step, long previousRollingHash) {
    return chain(step, previousRollingHash).rollingHash() == step.rollingHash();
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
