package dev.milena.it.cluster;

import dev.milena.quorum.FreePorts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All nodes on this machine's loopback. */
final class LoopbackSite implements Site {
  private final Map<Integer, Addresses> known = new TreeMap<>();

  @Override
  public Addresses of(int id) throws IOException {
    Addresses found = known.get(id);
    if (found == null) {
      String clients = port();
      String http = port();
      found = new Addresses(clients, port(), http, clients, http);
      known.put(id, found);
    }
    return found;
  }

  private static String port() throws IOException {
    return "127.0.0.1:" + FreePorts.take();
  }

  @Override
  public List<String> command(int id, List<String> command) {
    return command;
  }

  @Override
  public void close() {
    // ports belong to whoever listens
  }
}
