package dev.milena.quorum.ratis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.Descriptors.Descriptor;
import org.apache.ratis.thirdparty.com.google.protobuf.Descriptors.FieldDescriptor;

/** Where what lies in an HTTP/2 frame with which a message of a snapshot begins. */
final class SnapshotFrame {
  /** Length, kind, flags, stream. */
  static final int FRAME_HEAD_BYTES = 9;

  /** Of gRPC: whether the message is packed, and its length. */
  private static final int MESSAGE_HEAD_BYTES = 1 + Integer.BYTES;

  /** Of the frame and the first message in it. */
  static final int HEADS_BYTES = FRAME_HEAD_BYTES + MESSAGE_HEAD_BYTES;

  private static final int DATA = 0;

  /** In every message of a snapshot, before the file's bytes: where the file goes. */
  private static final String NAME = "sm/cp-";

  private static final int NAME_WITHIN_BYTES = 300;

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int COUNTED = 2;
  private static final int FOUR_BYTES = 5;

  private final byte[] frame;
  private final List<Field> fields = new ArrayList<>();

  /**
   * A field without fields in it.
   *
   * @param name with the names of those that it is in
   * @param from its first byte in the frame, behind its tag and length
   */
  record Field(String name, int from, int end) {}

  private SnapshotFrame(byte[] frame) {
    this.frame = frame;
  }

  /** Whether a message of a snapshot begins with the frame. */
  static boolean is(byte[] frame) {
    if (frame.length < HEADS_BYTES || frame[3] != DATA) {
      return false;
    }
    ByteBuffer heads = ByteBuffer.wrap(frame, FRAME_HEAD_BYTES, MESSAGE_HEAD_BYTES);
    boolean plain = heads.get() == 0;
    int bytes = heads.getInt();
    String begin =
        new String(
            frame,
            HEADS_BYTES,
            Math.min(frame.length - HEADS_BYTES, NAME_WITHIN_BYTES),
            StandardCharsets.ISO_8859_1);
    return plain && bytes > 0 && bytes <= 2 << 20 && begin.contains(NAME);
  }

  /** The fields of the messages that lie in the frame, or begin in it. */
  static List<Field> fields(byte[] frame) {
    SnapshotFrame read = new SnapshotFrame(frame);
    int at = FRAME_HEAD_BYTES;
    while (at + MESSAGE_HEAD_BYTES < frame.length) {
      int bytes = ByteBuffer.wrap(frame, at + 1, Integer.BYTES).getInt();
      int from = at + MESSAGE_HEAD_BYTES;
      at = Math.min(frame.length, from + bytes);
      read.walk(from, at, InstallSnapshotRequestProto.getDescriptor(), "");
    }
    return read.fields;
  }

  private void walk(int from, int end, Descriptor message, String within) {
    int at = from;
    while (at < end) {
      long tag = varint(at);
      at += varintBytes(at);
      FieldDescriptor field = message.findFieldByNumber((int) (tag >>> 3));
      String name = within + Optional.ofNullable(field).map(FieldDescriptor::getName).orElse("?");
      int length =
          switch ((int) tag & 7) {
            case VARINT -> varintBytes(at);
            case EIGHT_BYTES -> 8;
            case FOUR_BYTES -> 4;
            case COUNTED -> (int) varint(at);
            default -> throw new AssertionError("no message of a snapshot: " + name);
          };
      if (((int) tag & 7) == COUNTED) {
        at += varintBytes(at);
      }
      int stop = Math.min(end, at + length);
      if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        walk(at, stop, field.getMessageType(), name + ".");
      } else if (stop > at) {
        fields.add(new Field(name, at, stop));
      }
      at = stop;
    }
  }

  private long varint(int at) {
    long value = 0;
    for (int i = 0; i < varintBytes(at); i++) {
      value |= (long) (frame[at + i] & 127) << (7 * i);
    }
    return value;
  }

  private int varintBytes(int at) {
    int bytes = 1;
    while (at + bytes < frame.length && frame[at + bytes - 1] < 0) {
      bytes++;
    }
    return bytes;
  }
}
