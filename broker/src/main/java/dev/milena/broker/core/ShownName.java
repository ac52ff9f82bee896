package dev.milena.broker.core;

/**
 * A name that a client sent, made fit to be shown: in a log line, an error message or a terminal.
 * Control characters, line ends and marks that turn the direction of text are written as escapes; a
 * long name is cut.
 */
public final class ShownName {
  /** Every legal topic name is shown whole. */
  private static final int LONGEST = 249;

  private ShownName() {}

  /** The name as it may be shown. */
  public static String of(String name) {
    StringBuilder shown = new StringBuilder(Math.min(name.length(), LONGEST) + 3);
    for (int i = 0; i < name.length(); i++) {
      if (shown.length() >= LONGEST) {
        return shown.append("...").toString();
      }
      char c = name.charAt(i);
      if (isPlain(c)) {
        shown.append(c);
      } else {
        shown.append("\\u%04x".formatted((int) c));
      }
    }
    return shown.toString();
  }

  private static boolean isPlain(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
