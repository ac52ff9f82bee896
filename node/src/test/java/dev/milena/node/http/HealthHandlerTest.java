package dev.milena.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.milena.node.metrics.NodeMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthHandlerTest {
  private final AtomicReference<Readiness> readiness = new AtomicReference<>(Readiness.STARTING);
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;

  HealthHandlerTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
  }

  @BeforeEach
  void serve() {
    server.createContext("/", new HealthHandler(() -> readiness.updateAndGet(now -> now)));
    NodeMetrics metrics = new NodeMetrics();
    metrics.gauge("test_answers", "What is asked.", () -> 42);
    server.createContext(MetricsHandler.PATH, new MetricsHandler(metrics));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.close();
  }

  private String ask(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body().strip();
  }

  @Test
  void metricsAreReadAndNothingElseUnderTheirPath() throws Exception {
    String text = ask("GET", "/metrics");
    assertTrue(text.startsWith("200 "), text);
    assertTrue(text.contains("# TYPE test_answers gauge\ntest_answers 42.0"), text);
    assertTrue(ask("GET", "/metrics/more").startsWith("404 "));
    assertTrue(ask("POST", "/metrics").startsWith("405 "));
  }

  @Test
  void readinessFollowsTheNodeAndLivenessDoesNot() throws Exception {
    assertEquals("503 starting", ask("GET", "/readyz"));
    assertEquals("200 ok", ask("GET", "/livez"));
    readiness.set(Readiness.READY);
    assertEquals("200 ready", ask("GET", "/readyz"));
    assertEquals("200", ask("HEAD", "/readyz").strip());
    readiness.set(Readiness.STOPPING);
    assertEquals("503 stopping", ask("GET", "/readyz"));
    assertEquals("200 ok", ask("GET", "/livez?verbose"));
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    assertEquals("404 nothing here; there are /livez, /readyz and /metrics", ask("GET", "/"));
    assertEquals(
        "404 nothing here; there are /livez, /readyz and /metrics", ask("GET", "/livez/x"));
    assertEquals("405 only GET and HEAD", ask("POST", "/livez"));
  }
}
