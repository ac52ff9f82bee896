package dev.milena.it.metrics;

import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;

/**
 * The metrics of one node, read from Prometheus' text form, version 0.0.4.
 *
 * <p>Stricter than Prometheus, which takes samples of no family: each has its HELP and its TYPE
 * before it, and is one of a counter whose name ends in {@code _total} or of a gauge whose name
 * does not.
 *
 * @param families by name; each has a sample
 */
record Exposition(SortedMap<String, Family> families) {
  private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Metrics of one name.
   *
   * @param kind counter or gauge
   * @param help as it was before it was escaped
   * @param samples values by their labels
   */
  record Family(String kind, String help, Map<SortedMap<String, String>, Double> samples) {}

  /** The text is not in the form. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(int line, String why) {
      super("line %s: %s".formatted(line, why));
    }
  }

  /** What a node that runs says now. */
  static Exposition of(NodeProcess node) throws IOException, InterruptedException, Malformed {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://%s/metrics".formatted(node.http())))
            .timeout(PATIENCE)
            .build();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      String type = answer.headers().firstValue("Content-Type").orElse("no media type");
      if (answer.statusCode() != 200 || !type.equals(MEDIA_TYPE)) {
        throw new AssertionError("%s, %s: %s".formatted(answer.statusCode(), type, answer.body()));
      }
      return parse(answer.body());
    }
  }

  /** Reads the text whole. */
  static Exposition parse(String text) throws Malformed {
    ExpositionReader reader = new ExpositionReader();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length - 1; i++) {
      reader.take(i + 1, lines[i]);
    }
    if (!lines[lines.length - 1].isEmpty()) {
      throw new Malformed(lines.length, "the last line does not end");
    }
    return new Exposition(reader.end(lines.length));
  }
}
