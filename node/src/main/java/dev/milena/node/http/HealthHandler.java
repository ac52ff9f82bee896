package dev.milena.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
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
    if (!Answers.isReading(exchange)) {
      Answers.onlyReading(exchange);
      return;
    }
    switch (exchange.getRequestURI().getPath()) {
      case "/livez" -> Answers.text(exchange, 200, "ok\n");
      case "/readyz" -> {
        Readiness now = readiness.get();
        Answers.text(
            exchange,
            now == Readiness.READY ? 200 : 503,
            now.name().toLowerCase(Locale.ROOT) + "\n");
      }
      default -> Answers.notFound(exchange);
    }
  }
}
