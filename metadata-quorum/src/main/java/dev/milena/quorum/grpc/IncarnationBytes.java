package dev.milena.quorum.grpc;

import com.google.protobuf.ByteString;
import dev.milena.metadata.IncarnationId;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The incarnation of a node as the 16 bytes that messages carry, most significant first. */
public final class IncarnationBytes {
  private static final int ID_BYTES = 16;

  private IncarnationBytes() {}

  /** As bytes. */
  public static ByteString of(IncarnationId id) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(ID_BYTES).putLong(id.high()).putLong(id.low()).flip());
  }

  /** Reads the bytes; empty when they are not sixteen. */
  public static Optional<IncarnationId> read(ByteString bytes) {
    if (bytes.size() != ID_BYTES) {
      return Optional.empty();
    }
    ByteBuffer id = bytes.asReadOnlyByteBuffer();
    return Optional.of(new IncarnationId(id.getLong(), id.getLong()));
  }
}
