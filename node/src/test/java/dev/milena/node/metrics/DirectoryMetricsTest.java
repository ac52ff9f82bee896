package dev.milena.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.directory.DiskRoom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DirectoryMetricsTest {
  private static final Path SOUND = Path.of("sound");
  private static final Path HANGING = Path.of("hanging");
  private static final Path GONE = Path.of("gone");

  private final CountDownLatch healed = new CountDownLatch(1);
  private final AtomicInteger askedOfHanging = new AtomicInteger();

  private DiskRoom.Room ask(Path directory) throws IOException {
    if (directory.equals(HANGING)) {
      askedOfHanging.incrementAndGet();
      try {
        assertTrue(healed.await(1, TimeUnit.MINUTES));
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }
    if (directory.equals(GONE)) {
      throw new IOException("no such directory");
    }
    return new DiskRoom.Room(30, 100);
  }

  @Test
  void aDiskThatHangsIsLeftOutAndAskedOnceUntilItAnswers() {
    NodeMetrics metrics = new NodeMetrics();
    DirectoryMetrics.register(
        metrics,
        List.of(HANGING, GONE, SOUND),
        new DiskRoom(this::ask, DiskRoom::onThreadOfItsOwn));
    // on a busy machine even a sound disk may be late, and is left out as well
    scrapeUntil(metrics, "milena_log_directory_free_bytes{directory=\"sound\"}");
    for (int i = 0; i < 3; i++) {
      String text = scrape(metrics);
      assertTrue(text.contains("milena_log_directory_free_bytes{directory=\"sound\"} 30.0"), text);
      assertTrue(text.contains("milena_log_directory_size_bytes{directory=\"sound\"} 100.0"), text);
      assertFalse(text.contains("hanging"), text);
      assertFalse(text.contains("gone"), text);
    }
    assertEquals(1, askedOfHanging.get());
    healed.countDown();
    String text = scrapeUntil(metrics, "milena_log_directory_free_bytes{directory=\"hanging\"}");
    assertTrue(text.contains("milena_log_directory_free_bytes{directory=\"hanging\"} 30.0"), text);
  }

  private static String scrape(NodeMetrics metrics) {
    return new String(metrics.scrape(), StandardCharsets.UTF_8);
  }

  /** What is scraped as soon as it says this, or after 20 s. */
  private static String scrapeUntil(NodeMetrics metrics, String words) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String text = scrape(metrics);
    while (!text.contains(words) && System.nanoTime() < end) {
      text = scrape(metrics);
    }
    return text;
  }
}
