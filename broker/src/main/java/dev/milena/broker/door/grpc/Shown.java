package dev.milena.broker.door.grpc;

/** Text from a client on its way into a log line or an answer: short, on one line. */
final class Shown {
  private Shown() {}

  /**
   * At most {@code limit} characters, with every control character and stray surrogate replaced, so
   * that the rest is valid UTF-8 and cannot end a line.
   */
  static String text(String from, int limit) {
    int end = Math.min(limit, from.length());
    StringBuilder shown = new StringBuilder(end + 1);
    int at = 0;
    while (at < end) {
      int point = from.codePointAt(at);
      boolean harmless =
          !Character.isISOControl(point)
              && Character.getType(point) != Character.FORMAT
              && Character.getType(point) != Character.SURROGATE;
      shown.appendCodePoint(harmless ? point : '?');
      at += Character.charCount(point);
    }
    return end < from.length() ? shown.append('…').toString() : shown.toString();
  }
}
