package dev.milena.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Answers GET and HEAD of {@code /livez} (200 while the process can answer at all) and {@code
 * /readyz} (200 when clients are served, else 503 with the reason). Anything else is 404 or 405.
 *
 * <p>/livez does not ask the quorum: a restart does not heal a lost majority.
 */
public final class HealthHandler implements HttpHandler {
  private final Supplier<Readiness> readiness;

  public HealthHandler(Supplier<Readiness> readiness) {
    this.readiness = readiness;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      answer(exchange, 405, "only GET and HEAD\n");
      return;
    }
    switch (exchange.getRequestURI().getPath()) {
      case "/livez" -> answer(exchange, 200, "ok\n");
      case "/readyz" -> {
        Readiness now = readiness.get();
        answer(
            exchange,
            now == Readiness.READY ? 200 : 503,
            now.name().toLowerCase(Locale.ROOT) + "\n");
      }
      default -> answer(exchange, 404, "nothing here; there are /livez and /readyz\n");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
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
