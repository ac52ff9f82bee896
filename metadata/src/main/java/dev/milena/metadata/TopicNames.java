package dev.milena.metadata;

import java.util.Optional;

/** Which topic names are legal, and which two names are too alike; both as in Kafka. */
public final class TopicNames {
  private TopicNames() {}

  /** Says what is wrong with a name; empty when it is legal. */
  public static Optional<String> fault(String name) {
    if (name.isEmpty()) {
      return Optional.of("a topic name must not be empty");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("a topic cannot be named \"" + name + "\"");
    }
    if (name.length() > MetadataLimits.MAX_TOPIC_NAME_LENGTH) {
      return Optional.of(
          "a topic name has at most %s characters, got %s"
              .formatted(MetadataLimits.MAX_TOPIC_NAME_LENGTH, name.length()));
    }
    for (int i = 0; i < name.length(); i++) {
      if (!legal(name.charAt(i))) {
        return Optional.of(
            "a topic name has only the characters a-z A-Z 0-9 . _ - ; character %s is U+%04X"
                .formatted(i + 1, (int) name.charAt(i)));
      }
    }
    return Optional.empty();
  }

  /**
   * Names with the same key collide: metric names turn a dot into an underscore, so that "a.b" and
   * "a_b" could not be told apart there.
   */
  static String collisionKey(String name) {
    return name.replace('.', '_');
  }

  private static boolean legal(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
