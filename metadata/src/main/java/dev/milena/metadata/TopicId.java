package dev.milena.metadata;

import java.util.Optional;

/**
 * Names one life of a topic: a topic deleted and created again under its name gets another id.
 *
 * <p>128 bits; its text is Base64url without padding, 22 characters. Sorts as its bytes do.
 */
public record TopicId(long high, long low) implements Comparable<TopicId> {
  /** No topic; where a command may name an expected id, it expects none in particular. */
  public static final TopicId NONE = new TopicId(0, 0);

  /** Reads the text form; empty when it is not one. */
  public static Optional<TopicId> parse(String text) {
    return IdText.parse(text).map(bytes -> new TopicId(bytes.getLong(0), bytes.getLong(8)));
  }

  @Override
  public int compareTo(TopicId other) {
    return IdText.compare(high, low, other.high, other.low);
  }

  /** Base64url without padding. */
  @Override
  public String toString() {
    return IdText.of(high, low);
  }
}
