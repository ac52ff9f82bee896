package dev.milena.log;

import java.util.regex.Pattern;

/** What a log may be called: it is the name of a folder. */
final class LogName {
  /** Nothing that a path could be built of; a topic id in base64url and a partition fit. */
  static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private LogName() {}

  static boolean isOne(String name) {
    return LEGAL.matcher(name).matches();
  }

  static void require(String name) {
    if (!isOne(name)) {
      throw new IllegalArgumentException("\"" + name + "\" cannot be the name of a log");
    }
  }
}
