package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-21T10:00:00Z, 1795255200000",
    "2026-11-21T10:00Z, 1795255200000",
    "2026-11-21T10:00:00.250Z, 1795255200250",
    "2026-11-21T11:00:00+01:00, 1795255200000",
    "2026-11-21T10:00:00, 1795251600000",
    "2026-11-21, 1795215600000"
  })
  void isoTimesAreUnderstood(String text, long expectedMs) {
    assertEquals(expectedMs, Moment.parse("--from-time", text, ZoneId.of("Europe/Prague")));
  }

  @ParameterizedTest
  @CsvSource({"yesterday", "2026-13-01", "10:00", "1795255200000", "2026-11-21T25:00:00Z"})
  void whatIsNoTimeIsWrongUsage(String text) {
    CommandFailed failed =
        assertThrows(
            CommandFailed.class, () -> Moment.parse("--from-time", text, ZoneId.of("UTC")));
    assertEquals(2, failed.exitCode());
  }

  @Test
  void distanceCountsChanges() {
    assertEquals(0, Nearest.distance("abc", "abc"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
    assertEquals(4, Nearest.distance("", "four"));
  }
}
