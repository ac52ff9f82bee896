package dev.milena.broker.connection;

import java.net.InetSocketAddress;

/**
 * How the client port listens and what it admits.
 *
 * @param listen where to listen; port 0 means any free port
 * @param ioThreads threads that move bytes, at least 1
 * @param backlog connections that may wait in the kernel before they are accepted
 * @param limits what is admitted
 */
public record ConnectionSettings(
    InetSocketAddress listen, int ioThreads, int backlog, Limits limits) {
  /** Checks the bounds. */
  public ConnectionSettings {
    atLeastOne("ioThreads", ioThreads);
    atLeastOne("backlog", backlog);
  }

  /** The defaults: a thread for each processor, 1,024 in the backlog, {@link Limits#DEFAULT}. */
  public static ConnectionSettings at(InetSocketAddress listen) {
    int threads = Runtime.getRuntime().availableProcessors();
    return new ConnectionSettings(listen, threads, 1024, Limits.DEFAULT);
  }

  /** The same with other limits. */
  public ConnectionSettings with(Limits other) {
    return new ConnectionSettings(listen, ioThreads, backlog, other);
  }

  /**
   * What is admitted.
   *
   * @param connections at most so many at once; the next is closed at once (Kafka: max.connections)
   * @param perAddress at most so many at once from one IP address (max.connections.per.ip)
   * @param undecided when so many have not yet said which protocol they speak, the next ones wait
   *     in the kernel; the oldest that are silent for a second are closed to make room, since a
   *     client that means well speaks at once
   * @param decideMs how long a connection may take to say what it speaks, in milliseconds
   * @param largestFrameBytes a Kafka frame that announces more is no Kafka frame
   *     (socket.request.max.bytes)
   */
  public record Limits(
      int connections, int perAddress, int undecided, long decideMs, int largestFrameBytes) {
    /**
     * 20,000 connections, as many from one address, 1,000 undecided for 10 s, frames to 100 MiB.
     */
    public static final Limits DEFAULT = new Limits(20_000, 20_000, 1_000, 10_000, 100 << 20);

    /** Checks the bounds. */
    public Limits {
      atLeastOne("connections", connections);
      atLeastOne("perAddress", perAddress);
      atLeastOne("undecided", undecided);
      atLeastOne("decideMs", decideMs);
      atLeastOne("largestFrameBytes", largestFrameBytes);
    }
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is at least 1, got " + value);
    }
  }
}
