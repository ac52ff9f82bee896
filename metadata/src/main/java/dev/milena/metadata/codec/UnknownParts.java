package dev.milena.metadata.codec;

import com.google.protobuf.Message;

/** Finds fields of a message, or of one inside it, that this release does not know. */
final class UnknownParts {
  private UnknownParts() {}

  static boolean in(Message message) {
    if (!message.getUnknownFields().isEmpty()) {
      return true;
    }
    for (Object value : message.getAllFields().values()) {
      if (value instanceof Message inner && in(inner)) {
        return true;
      }
      if (value instanceof Iterable<?> many && inAny(many)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inAny(Iterable<?> values) {
    for (Object value : values) {
      if (value instanceof Message inner && in(inner)) {
        return true;
      }
    }
    return false;
  }
}
