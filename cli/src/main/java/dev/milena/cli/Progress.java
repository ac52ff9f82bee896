package dev.milena.cli;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A line on the terminal that counts along, at most twice a second; nothing when nobody watches.
 */
final class Progress {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final String ERASE_LINE = "\r\u001b[K";

  private final Surroundings surroundings;
  private final String words;
  private final long startNanos;
  private long shownNanos;
  private boolean shown;

  /**
   * Begins to count.
   *
   * @param words what is counted and where to: {@code records to logs}
   */
  Progress(Surroundings surroundings, String words, long now) {
    this.surroundings = surroundings;
    this.words = words;
    this.startNanos = now;
    this.shownNanos = now;
  }

  /** Shows how far it is, if it is time. */
  void show(long records, long bytes, long now) {
    if (!surroundings.watched() || now - shownNanos < EVERY_NANOS) {
      return;
    }
    double seconds = (now - startNanos) / 1e9;
    put(
        String.format(Locale.ROOT, "%,d %s, %.1f MB/s", records, words, bytes / 1e6 / seconds),
        now);
  }

  /** Shows any line, if it is time. */
  void show(String line, long now) {
    if (surroundings.watched() && now - shownNanos >= EVERY_NANOS) {
      put(line, now);
    }
  }

  private void put(String line, long now) {
    shownNanos = now;
    shown = true;
    surroundings.talk().print(ERASE_LINE + line);
    surroundings.talk().flush();
  }

  /** Takes the line away again. */
  void erase() {
    if (shown) {
      surroundings.talk().print(ERASE_LINE);
      surroundings.talk().flush();
      shown = false;
    }
  }
}
