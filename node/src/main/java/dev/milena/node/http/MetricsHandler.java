package dev.milena.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.milena.node.metrics.NodeMetrics;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Answers GET and HEAD of {@code /metrics} with everything measured, as Prometheus reads it, to a
 * few at a time; others are told to come again (503). What is measured may hang, and must not take
 * every thread of the http port: whoever asks whether the process lives needs one.
 */
public final class MetricsHandler implements HttpHandler {
  /** The path, whole: nothing below it. */
  public static final String PATH = "/metrics";

  /** So many are answered at a time: a pair of Prometheus servers. */
  public static final int AT_ONCE = 2;

  private final NodeMetrics metrics;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  public MetricsHandler(NodeMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!Answers.isReading(exchange)) {
      Answers.onlyReading(exchange);
    } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
      Answers.notFound(exchange);
    } else if (turns.tryAcquire()) {
      try {
        Answers.send(exchange, 200, NodeMetrics.CONTENT_TYPE, metrics.scrape());
      } finally {
        turns.release();
      }
    } else {
      exchange.getResponseHeaders().set("Retry-After", "1");
      Answers.text(
          exchange,
          503,
          "%s read the metrics already, the most at a time; try again\n".formatted(AT_ONCE));
    }
  }
}
