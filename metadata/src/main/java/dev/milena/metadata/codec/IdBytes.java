package dev.milena.metadata.codec;

import com.google.protobuf.ByteString;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.TopicId;
import java.nio.ByteBuffer;

/**
 * Ids as 16 bytes, most significant first; an id of NONE where it is optional is no bytes at all.
 */
final class IdBytes {
  private static final int ID_BYTES = 16;

  private IdBytes() {}

  static ByteString of(TopicId id) {
    return of(id.high(), id.low());
  }

  static ByteString of(IncarnationId id) {
    return of(id.high(), id.low());
  }

  static ByteString of(DirectoryId id) {
    return of(id.high(), id.low());
  }

  static ByteString of(RequestId id) {
    return of(id.high(), id.low());
  }

  static TopicId topic(ByteString bytes) throws UnreadableMetadata {
    ByteBuffer id = read(bytes);
    return new TopicId(id.getLong(), id.getLong());
  }

  static IncarnationId incarnation(ByteString bytes) throws UnreadableMetadata {
    ByteBuffer id = read(bytes);
    return new IncarnationId(id.getLong(), id.getLong());
  }

  static DirectoryId directory(ByteString bytes) throws UnreadableMetadata {
    ByteBuffer id = read(bytes);
    return new DirectoryId(id.getLong(), id.getLong());
  }

  static RequestId request(ByteString bytes) throws UnreadableMetadata {
    ByteBuffer id = read(bytes);
    return new RequestId(id.getLong(), id.getLong());
  }

  private static ByteString of(long high, long low) {
    if (high == 0 && low == 0) {
      return ByteString.EMPTY;
    }
    ByteBuffer bytes = ByteBuffer.allocate(ID_BYTES).putLong(high).putLong(low);
    return ByteString.copyFrom(bytes.flip());
  }

  private static ByteBuffer read(ByteString bytes) throws UnreadableMetadata {
    if (bytes.isEmpty()) {
      return ByteBuffer.allocate(ID_BYTES);
    }
    if (bytes.size() != ID_BYTES) {
      throw new UnreadableMetadata("an id has 16 bytes, got " + bytes.size());
    }
    return bytes.asReadOnlyByteBuffer();
  }
}
