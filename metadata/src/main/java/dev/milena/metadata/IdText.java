package dev.milena.metadata;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * The text form that all 128-bit ids share: Base64url of their 16 bytes, 22 characters, no padding.
 */
final class IdText {
  private static final int TEXT_LENGTH = 22;
  private static final int ID_BYTES = 16;

  private IdText() {}

  static String of(long high, long low) {
    byte[] bytes = ByteBuffer.allocate(ID_BYTES).putLong(high).putLong(low).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Reads what {@link #of} wrote; empty when the text is anything else. */
  static Optional<ByteBuffer> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return bytes.length == ID_BYTES ? Optional.of(ByteBuffer.wrap(bytes)) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Orders ids as their 16 bytes are ordered, so that an image and its rows sort alike. */
  static int compare(long highA, long lowA, long highB, long lowB) {
    int byHigh = Long.compareUnsigned(highA, highB);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(lowA, lowB);
  }
}
