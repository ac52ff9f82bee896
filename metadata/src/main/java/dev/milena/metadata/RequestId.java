package dev.milena.metadata;

import java.util.Optional;

/**
 * Names one request to change metadata, however often it is sent: it is decided once.
 *
 * <p>128 bits; its text is Base64url without padding, 22 characters. Sorts as its bytes do.
 */
public record RequestId(long high, long low) implements Comparable<RequestId> {
  /** No request id: sending the command twice may decide it twice. */
  public static final RequestId NONE = new RequestId(0, 0);

  /** Reads the text form; empty when it is not one. */
  public static Optional<RequestId> parse(String text) {
    return IdText.parse(text).map(bytes -> new RequestId(bytes.getLong(0), bytes.getLong(8)));
  }

  @Override
  public int compareTo(RequestId other) {
    return IdText.compare(high, low, other.high, other.low);
  }

  /** Base64url without padding. */
  @Override
  public String toString() {
    return IdText.of(high, low);
  }
}
