package dev.milena.metadata;

import java.util.Optional;

/**
 * Names one run of a broker's process; chosen at random when it starts.
 *
 * <p>128 bits; its text is Base64url without padding, 22 characters. Sorts as its bytes do.
 */
public record IncarnationId(long high, long low) implements Comparable<IncarnationId> {
  /** No run; a broker that knows of no earlier one. */
  public static final IncarnationId NONE = new IncarnationId(0, 0);

  /** Reads the text form; empty when it is not one. */
  public static Optional<IncarnationId> parse(String text) {
    return IdText.parse(text).map(bytes -> new IncarnationId(bytes.getLong(0), bytes.getLong(8)));
  }

  @Override
  public int compareTo(IncarnationId other) {
    return IdText.compare(high, low, other.high, other.low);
  }

  /** Base64url without padding. */
  @Override
  public String toString() {
    return IdText.of(high, low);
  }
}
