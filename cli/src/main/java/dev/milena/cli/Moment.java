package dev.milena.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Reads points in time as people write them: ISO-8601, with or without zone and time of day. */
final class Moment {
  private Moment() {}

  /**
   * Milliseconds since 1970.
   *
   * @param zone of a time that names none
   * @throws CommandFailed when the text is no time
   */
  static long parse(String option, String text, ZoneId zone) {
    try {
      ZonedDateTime time =
          text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay(zone) : dateTime(text, zone);
      return time.toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw CommandFailed.usage(
          option
              + " takes a time like 2026-11-21T10:00:00Z, 2026-11-21T10:00 or 2026-11-21, got \""
              + text
              + "\"");
    }
  }

  private static ZonedDateTime dateTime(String text, ZoneId zone) {
    var parsed =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
    return parsed instanceof LocalDateTime local ? local.atZone(zone) : ZonedDateTime.from(parsed);
  }
}
