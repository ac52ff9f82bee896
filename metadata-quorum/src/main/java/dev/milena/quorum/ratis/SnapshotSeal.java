package dev.milena.quorum.ratis;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
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
    UnknownFieldSet sealed =
        UnknownFieldSet.newBuilder(part.getUnknownFields()).addField(NUMBER, seal).build();
    return part.toBuilder().setUnknownFields(sealed).build();
  }

  /**
   * Whether the message has a seal, and is what was sealed. It may have fields that this release of
   * Ratis does not know.
   */
  static boolean holds(InstallSnapshotRequestProto part) {
    UnknownFieldSet unknown = part.getUnknownFields();
    if (!unknown.hasField(NUMBER)) {
      return false;
    }
    Field seal = unknown.getField(NUMBER);
    if (seal.getFixed32List().size() != 1) {
      return false;
    }
    UnknownFieldSet others = UnknownFieldSet.newBuilder(unknown).clearField(NUMBER).build();
    return seal.getFixed32List().getFirst()
        == sum(part.toBuilder().setUnknownFields(others).build());
  }

  /** Over the bytes as they go out, without a copy of them. */
  private static int sum(InstallSnapshotRequestProto part) {
    CRC32C crc = new CRC32C();
    try {
      part.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), crc));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return (int) crc.getValue();
  }
}
