package dev.milena.cli;

/** Counts as people read them. Pure. */
final class Counts {
  private Counts() {}

  /** {@code 1 record}, {@code 2 records}. */
  static String of(long count, String one) {
    return count == 1 ? "1 " + one : count + " " + one + "s";
  }

  /** Which partitions a topic has: they count from 0. */
  static String partitions(String topic, int count) {
    return "topic \""
        + topic
        + "\" has "
        + (count == 1 ? "partition 0 alone" : "partitions 0 to " + (count - 1));
  }
}
