package dev.milena.log;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** Names of a segment's files: its base offset in 20 digits, so that they sort as they lie. */
final class SegmentName {
  static final String LOG = ".log";
  static final String INDEX = ".index";
  static final String TIME_INDEX = ".timeindex";

  private static final int DIGITS = 20;

  private SegmentName() {}

  static Path log(Path folder, long baseOffset) {
    return folder.resolve(digits(baseOffset) + LOG);
  }

  static Path index(Path folder, long baseOffset) {
    return folder.resolve(digits(baseOffset) + INDEX);
  }

  static Path timeIndex(Path folder, long baseOffset) {
    return folder.resolve(digits(baseOffset) + TIME_INDEX);
  }

  /** The base offset of a log file's name, or empty for a name of another kind. */
  static OptionalLong baseOffset(String name) {
    if (!name.endsWith(LOG) || name.length() != DIGITS + LOG.length()) {
      return OptionalLong.empty();
    }
    long base = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || base > (Long.MAX_VALUE - digit) / 10) {
        return OptionalLong.empty();
      }
      base = base * 10 + digit;
    }
    return OptionalLong.of(base);
  }

  private static String digits(long baseOffset) {
    return String.format(Locale.ROOT, "%020d", baseOffset);
  }
}
