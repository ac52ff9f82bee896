package dev.milena.it.cluster;

import java.io.IOException;
import java.util.List;

/** Where the nodes of a {@link Cluster} run, and where they are met. */
interface Site extends AutoCloseable {
  /**
   * Addresses of a node, each HOST:PORT.
   *
   * @param clients where other nodes and their clients meet it
   * @param quorum where other members of the quorum do
   * @param http its http listener
   * @param clientsFromTest where this process reaches the same clients' listener
   * @param httpFromTest where this process reaches the same http listener
   */
  record Addresses(
      String clients, String quorum, String http, String clientsFromTest, String httpFromTest) {}

  /** A node's own over its restarts. */
  Addresses of(int id) throws IOException;

  /** A command as it is started to run where the node does. */
  List<String> command(int id, List<String> command);

  @Override
  void close() throws IOException, InterruptedException;
}
