package dev.milena.node;

import com.sun.net.httpserver.HttpServer;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.http.HealthHandler;
import dev.milena.node.http.MetricsHandler;
import dev.milena.node.http.Readiness;
import dev.milena.node.metrics.NodeMetrics;
import dev.milena.node.ports.PortCheck;
import dev.milena.node.settings.Endpoint;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Constructs the http port. */
final class HttpWiring {
  /** One is left for whoever asks after the process's health, whatever becomes of the metrics. */
  private static final int THREADS = MetricsHandler.AT_ONCE + 1;

  private static final int WAITING = 64;

  private HttpWiring() {}

  /**
   * Serves /livez, /readyz and /metrics on few threads; what exceeds them waits, and what exceeds
   * that is dropped.
   *
   * @return the address as bound
   */
  static Endpoint start(
      Endpoint listen, Supplier<Readiness> readiness, NodeMetrics metrics, StartedParts parts)
      throws CannotStart {
    // The JDK's server reads these when it is made; without them a silent client keeps its
    // connection, and its thread, for ever. Seconds.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty("sun.net.httpserver.idleInterval", "30");
    System.setProperty("jdk.httpserver.maxConnections", "256");
    try {
      HttpServer server = HttpServer.create(PortCheck.address(listen), WAITING);
      ThreadPoolExecutor threads =
          new ThreadPoolExecutor(
              THREADS,
              THREADS,
              1,
              TimeUnit.MINUTES,
              new ArrayBlockingQueue<>(WAITING),
              Thread.ofPlatform().daemon().name("milena-http-", 0).factory());
      threads.allowCoreThreadTimeOut(true);
      server.setExecutor(threads);
      server.createContext("/", new HealthHandler(readiness));
      server.createContext(MetricsHandler.PATH, new MetricsHandler(metrics));
      server.start();
      parts.add(
          "http",
          () -> {
            server.stop(0);
            threads.shutdown();
          });
      return listen.withPort(server.getAddress().getPort());
    } catch (IOException e) {
      throw new CannotStart(
          ExitCode.ENVIRONMENT,
          "cannot listen on %s (http): %s".formatted(listen, e.getMessage()),
          e);
    }
  }
}
