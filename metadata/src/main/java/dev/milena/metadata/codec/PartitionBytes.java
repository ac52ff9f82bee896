package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.PartitionImage;
import dev.milena.proto.peer.v1.PartitionChangedRecord;
import dev.milena.proto.peer.v1.PartitionRow;
import dev.milena.proto.peer.v1.Record;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Partitions as bytes: those that {@link ImageMessages} and {@link RecordMessages} make by way of
 * messages. A command can change thousands of partitions, and each takes three of these on the one
 * thread that applies; builders and messages for them were a third of its time.
 */
final class PartitionBytes {
  private PartitionBytes() {}

  /** A {@link PartitionRow}; a new array. */
  static byte[] row(PartitionImage partition) {
    byte[] row = new byte[sizeOfRow(partition)];
    CodedOutputStream out = CodedOutputStream.newInstance(row);
    try {
      put(out, PartitionRow.PARTITION_FIELD_NUMBER, partition.partition());
      if (partition.leader() != 0) {
        out.writeSInt32(PartitionRow.LEADER_FIELD_NUMBER, partition.leader());
      }
      put(out, PartitionRow.LEADER_EPOCH_FIELD_NUMBER, partition.leaderEpoch());
      put(out, PartitionRow.PARTITION_EPOCH_FIELD_NUMBER, partition.partitionEpoch());
      put(out, PartitionRow.REPLICAS_FIELD_NUMBER, partition.replicas());
      put(out, PartitionRow.ISR_FIELD_NUMBER, partition.isr());
      put(out, PartitionRow.ELR_FIELD_NUMBER, partition.elr());
      put(out, PartitionRow.TARGET_FIELD_NUMBER, partition.reassignment().target());
      put(out, PartitionRow.ORIGIN_FIELD_NUMBER, partition.reassignment().origin());
      if (partition.hasLastKnownLeader()) {
        out.writeInt32(PartitionRow.LAST_KNOWN_LEADER_FIELD_NUMBER, partition.lastKnownLeader());
      }
    } catch (IOException full) {
      throw new UncheckedIOException("a partition is longer than was counted", full);
    }
    out.checkNoSpaceLeft();
    return row;
  }

  private static int sizeOfRow(PartitionImage partition) {
    int leader =
        partition.leader() == 0
            ? 0
            : CodedOutputStream.computeSInt32Size(
                PartitionRow.LEADER_FIELD_NUMBER, partition.leader());
    int lastKnown =
        partition.hasLastKnownLeader()
            ? CodedOutputStream.computeInt32Size(
                PartitionRow.LAST_KNOWN_LEADER_FIELD_NUMBER, partition.lastKnownLeader())
            : 0;
    return sizeOf(PartitionRow.PARTITION_FIELD_NUMBER, partition.partition())
        + leader
        + sizeOf(PartitionRow.LEADER_EPOCH_FIELD_NUMBER, partition.leaderEpoch())
        + sizeOf(PartitionRow.PARTITION_EPOCH_FIELD_NUMBER, partition.partitionEpoch())
        + sizeOf(PartitionRow.REPLICAS_FIELD_NUMBER, partition.replicas())
        + sizeOf(PartitionRow.ISR_FIELD_NUMBER, partition.isr())
        + sizeOf(PartitionRow.ELR_FIELD_NUMBER, partition.elr())
        + sizeOf(PartitionRow.TARGET_FIELD_NUMBER, partition.reassignment().target())
        + sizeOf(PartitionRow.ORIGIN_FIELD_NUMBER, partition.reassignment().origin())
        + lastKnown;
  }

  /** A {@link Record} of the change; a new array. */
  static byte[] record(PartitionChanged changed) {
    byte[] row = row(changed.partition());
    ByteString topicId = IdBytes.of(changed.id());
    int inner =
        sizeOf(PartitionChangedRecord.TOPIC_ID_FIELD_NUMBER, topicId)
            + CodedOutputStream.computeByteArraySize(
                PartitionChangedRecord.PARTITION_FIELD_NUMBER, row);
    byte[] record =
        new byte
            [CodedOutputStream.computeTagSize(Record.PARTITION_CHANGED_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(inner)
                + inner];
    CodedOutputStream out = CodedOutputStream.newInstance(record);
    try {
      out.writeTag(Record.PARTITION_CHANGED_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(inner);
      if (!topicId.isEmpty()) {
        out.writeBytes(PartitionChangedRecord.TOPIC_ID_FIELD_NUMBER, topicId);
      }
      out.writeByteArray(PartitionChangedRecord.PARTITION_FIELD_NUMBER, row);
    } catch (IOException full) {
      throw new UncheckedIOException("a change is longer than was counted", full);
    }
    out.checkNoSpaceLeft();
    return record;
  }

  private static int sizeOf(int field, ByteString bytes) {
    return bytes.isEmpty() ? 0 : CodedOutputStream.computeBytesSize(field, bytes);
  }

  private static int sizeOf(int field, int number) {
    return number == 0 ? 0 : CodedOutputStream.computeInt32Size(field, number);
  }

  private static int sizeOf(int field, List<Integer> numbers) {
    if (numbers.isEmpty()) {
      return 0;
    }
    int size = sizeOf(numbers);
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }

  private static int sizeOf(List<Integer> numbers) {
    int size = 0;
    for (int number : numbers) {
      size += CodedOutputStream.computeInt32SizeNoTag(number);
    }
    return size;
  }

  private static void put(CodedOutputStream out, int field, int number) throws IOException {
    if (number != 0) {
      out.writeInt32(field, number);
    }
  }

  private static void put(CodedOutputStream out, int field, List<Integer> numbers)
      throws IOException {
    if (numbers.isEmpty()) {
      return;
    }
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(sizeOf(numbers));
    for (int number : numbers) {
      out.writeInt32NoTag(number);
    }
  }
}
