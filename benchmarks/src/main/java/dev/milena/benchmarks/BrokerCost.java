package dev.milena.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * What a load costs the brokers: the processor time of their processes, as Linux counts it, and how
 * often they sync their logs, as their metrics say. Says nothing of what it was not told.
 *
 * @param pids their processes
 * @param metrics HOST:PORT of their metrics
 */
record BrokerCost(List<Long> pids, List<String> metrics) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double GIGA = 1e9;
  private static final Duration WAIT = Duration.ofSeconds(10);

  /**
   * At one moment.
   *
   * @param cpuSeconds of all processes since they began
   * @param syncs of all nodes since they began
   * @param syncSeconds how long those took
   */
  record Reading(long nanos, double cpuSeconds, double syncs, double syncSeconds) {}

  Reading read() throws IOException, InterruptedException {
    double cpu = 0;
    for (long pid : pids) {
      cpu += ProcessCpu.seconds(pid);
    }
    double syncs = 0;
    double syncSeconds = 0;
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String node : metrics) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://" + node + "/metrics")).timeout(WAIT).build();
        String page = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        syncs += value(page, "milena_log_syncs_total");
        syncSeconds += value(page, "milena_log_sync_seconds_total");
      }
    }
    return new Reading(System.nanoTime(), cpu, syncs, syncSeconds);
  }

  private static double value(String page, String name) {
    return page.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in the metrics"));
  }

  /** For a load of so many bytes: processor time by size. */
  String wordsOfSize(Reading before, long bytes) throws IOException, InterruptedException {
    Reading now = read();
    String cpu =
        pids.isEmpty()
            ? ""
            : ", broker CPU %.2f s a GB"
                .formatted((now.cpuSeconds - before.cpuSeconds) / (bytes / GIGA));
    return cpu + wordsOfSyncs(before, now);
  }

  /** For a load at a rate: processor time by time. */
  String wordsOfTime(Reading before) throws IOException, InterruptedException {
    Reading now = read();
    String cpu =
        pids.isEmpty()
            ? ""
            : ", broker CPU %.2f cores"
                .formatted((now.cpuSeconds - before.cpuSeconds) / seconds(before, now));
    return cpu + wordsOfSyncs(before, now);
  }

  private String wordsOfSyncs(Reading before, Reading now) {
    double syncs = now.syncs - before.syncs;
    return syncs == 0
        ? ""
        : ", %,.0f syncs a second of %.2f ms"
            .formatted(
                syncs / seconds(before, now),
                1_000 * (now.syncSeconds - before.syncSeconds) / syncs);
  }

  private static double seconds(Reading before, Reading now) {
    return (now.nanos - before.nanos) / NANOS_PER_SECOND;
  }
}
