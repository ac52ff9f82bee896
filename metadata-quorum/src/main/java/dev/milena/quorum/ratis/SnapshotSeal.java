package dev.milena.quorum.ratis;

import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet.Field;

/**
 * A CRC32C over all of a message that brings a part of a snapshot, in a field that Ratis does not
 * know. Ratis (3.3.0) has a digest of each file, and none of where the file goes, up to which entry
 * the snapshot reaches, who the voters are.
 */
final class SnapshotSeal {
  /** Of no field that Ratis has, or is likely to get. */
  private static final int NUMBER = 20_261;

  private SnapshotSeal() {}

  /** The message with its seal. */
  static InstallSnapshotRequestProto seal(InstallSnapshotRequestProto part) {
    Field seal = Field.newBuilder().addFixed32(sum(part)).build();
    return part.toBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(NUMBER, seal).build())
        .build();
  }

  /** Whether the message has a seal, and is what was sealed. */
  static boolean holds(InstallSnapshotRequestProto part) {
    UnknownFieldSet unknown = part.getUnknownFields();
    if (!unknown.hasField(NUMBER) || unknown.asMap().size() != 1) {
      return false;
    }
    InstallSnapshotRequestProto sealed =
        part.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance()).build();
    Field seal = unknown.getField(NUMBER);
    return seal.getFixed32List().size() == 1 && seal.getFixed32List().getFirst() == sum(sealed);
  }

  private static int sum(InstallSnapshotRequestProto part) {
    CRC32C crc = new CRC32C();
    crc.update(part.toByteString().asReadOnlyByteBuffer());
    return (int) crc.getValue();
  }
}
