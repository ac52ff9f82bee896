package dev.milena.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads points in time as people write them: ISO-8601, with or without zone and time of day. */
final class Moment {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

  private Moment() {}

  /**
   * Milliseconds since 1970.
   *
   * @param zone of a time that names none
   * @throws CommandFailed when the text is no time
   */
  static long parse(String option, String text, ZoneId zone) {
    return point(text, zone)
        .orElseThrow(() ->
            CommandFailed.usage(
                option
                    + " takes a time like 2026-11-21T10:00:00Z, 2026-11-21T10:00 or 2026-11-21,"
                    + " got \""
                    + text
                    + "\""));
  }

  private static Optional<Long> point(String text, ZoneId zone) {
    try {
      ZonedDateTime time =
          text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(zone) : dateTime(text, zone);
      return Optional.of(time.toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      // no time at all, or one that no long of milliseconds holds
      return Optional.empty();
    }
  }

  /**
   * Milliseconds since 1970 of a time, or of so long ago: {@code 30s}, {@code 15m}, {@code 2h},
   * {@code 7d}.
   *
   * @throws CommandFailed when the text is neither
   */
  static long parseOrAgo(String option, String text, ZoneId zone, long nowMs) {
    Matcher ago = AGO.matcher(text);
    if (!ago.matches()) {
      return point(text, zone)
          .orElseThrow(() ->
              CommandFailed.usage(
                  option
                      + " takes how long ago, like 30s, 30m, 2h or 7d, or a time like"
                      + " 2026-11-21T10:00:00Z or 2026-11-21; got \""
                      + text
                      + "\""));
    }
    return Math.max(0, nowMs - length(ago));
  }

  /**
   * A length of time in milliseconds: {@code 30s}, {@code 15m}, {@code 2h}, {@code 7d}.
   *
   * @throws CommandFailed when the text is none
   */
  static long duration(String option, String text) {
    Matcher length = AGO.matcher(text);
    if (!length.matches()) {
      throw CommandFailed.usage(OptionWords.wants(option, text));
    }
    return length(length);
  }

  private static long length(Matcher matched) {
    ChronoUnit unit =
        switch (matched.group(2)) {
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        };
    return Duration.of(Long.parseLong(matched.group(1)), unit).toMillis();
  }

  private static ZonedDateTime dateTime(String text, ZoneId zone) {
    var parsed =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
    return parsed instanceof LocalDateTime local ? local.atZone(zone) : ZonedDateTime.from(parsed);
  }
}
