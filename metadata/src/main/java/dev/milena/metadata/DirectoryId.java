package dev.milena.metadata;

import java.util.Optional;

/**
 * Names one data directory of a broker: a disk that is swapped or emptied comes back with another.
 *
 * <p>128 bits; its text is Base64url without padding, 22 characters. Sorts as its bytes do.
 */
public record DirectoryId(long high, long low) implements Comparable<DirectoryId> {
  /** No directory. */
  public static final DirectoryId NONE = new DirectoryId(0, 0);

  /** Reads the text form; empty when it is not one. */
  public static Optional<DirectoryId> parse(String text) {
    return IdText.parse(text).map(bytes -> new DirectoryId(bytes.getLong(0), bytes.getLong(8)));
  }

  @Override
  public int compareTo(DirectoryId other) {
    return IdText.compare(high, low, other.high, other.low);
  }

  /** Base64url without padding. */
  @Override
  public String toString() {
    return IdText.of(high, low);
  }
}
