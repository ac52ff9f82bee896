package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.http.Readiness;
import dev.milena.node.metrics.NodeMetrics;
import dev.milena.node.settings.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpWiringTest {
  private static HttpRequest request(Endpoint at, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + path))
        .timeout(Duration.ofSeconds(10))
        .build();
  }

  @Test
  void healthIsAnsweredWhileEveryReaderOfTheMetricsHangs() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch released = new CountDownLatch(1);
    NodeMetrics metrics = new NodeMetrics();
    metrics.gauge(
        "test_hangs",
        "What hangs.",
        () -> {
          asked.countDown();
          try {
            return released.await(1, TimeUnit.MINUTES) ? 1 : 0;
          } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
          }
        });
    StartedParts parts = new StartedParts();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Endpoint at =
          HttpWiring.start(new Endpoint("127.0.0.1", 0), () -> Readiness.READY, metrics, parts);
      List<CompletableFuture<Integer>> hanging = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        hanging.add(
            client
                .sendAsync(request(at, "/metrics"), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode));
      }
      assertTrue(asked.await(10, TimeUnit.SECONDS), "both are being answered");
      for (String path : List.of("/livez", "/readyz")) {
        assertEquals(
            200,
            client.send(request(at, path), HttpResponse.BodyHandlers.discarding()).statusCode(),
            path);
      }
      HttpResponse<String> third =
          client.send(request(at, "/metrics"), HttpResponse.BodyHandlers.ofString());
      assertEquals(503, third.statusCode());
      assertEquals("2 read the metrics already, the most at a time; try again\n", third.body());
      assertEquals("1", third.headers().firstValue("Retry-After").orElse(""));
      released.countDown();
      for (CompletableFuture<Integer> one : hanging) {
        assertEquals(200, one.get(10, TimeUnit.SECONDS));
      }
    } finally {
      released.countDown();
      assertEquals(List.of(), parts.stopAll());
    }
  }
}
