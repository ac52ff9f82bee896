package dev.milena.node.directory;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** An id as people and files see it, in Kafka's form: 22 characters of Base64url. */
public final class ShownId {
  private static final int BYTES = 16;

  private ShownId() {}

  /** The 22 characters. */
  public static String of(UUID id) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The id, if the text is one. */
  public static Optional<UUID> parse(String text) {
    if (!text.matches("[A-Za-z0-9_-]{22}")) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
  }
}
