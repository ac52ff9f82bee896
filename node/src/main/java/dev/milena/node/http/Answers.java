package dev.milena.node.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes the answers of the http port; each ends its exchange. */
final class Answers {
  private static final String PLAIN = "text/plain; charset=utf-8";

  private Answers() {}

  /** Whether the request only reads. */
  static boolean isReading(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    return method.equals("GET") || method.equals("HEAD");
  }

  static void onlyReading(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
    text(exchange, 405, "only GET and HEAD\n");
  }

  static void notFound(HttpExchange exchange) throws IOException {
    text(exchange, 404, "nothing here; there are /livez, /readyz and /metrics\n");
  }

  static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, PLAIN, text.getBytes(StandardCharsets.UTF_8));
  }

  static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    try (exchange) {
      exchange.sendResponseHeaders(status, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
