package dev.milena.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.milena.node.metrics.NodeMetrics;
import java.io.IOException;

/** Answers GET and HEAD of {@code /metrics} with everything measured, as Prometheus reads it. */
public final class MetricsHandler implements HttpHandler {
  /** The path, whole: nothing below it. */
  public static final String PATH = "/metrics";

  private final NodeMetrics metrics;

  public MetricsHandler(NodeMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!Answers.isReading(exchange)) {
      Answers.onlyReading(exchange);
    } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
      Answers.notFound(exchange);
    } else {
      Answers.send(exchange, 200, NodeMetrics.CONTENT_TYPE, metrics.scrape());
    }
  }
}
