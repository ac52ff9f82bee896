package dev.milena.it.cluster;

import dev.milena.it.network.Doorway;
import dev.milena.it.network.Host;
import dev.milena.it.network.Hosts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Each node on a host of its own, between which packets can be lost. */
final class HostsSite implements Site {
  private static final int CLIENTS = 9092;
  private static final int QUORUM = 9093;
  private static final int HTTP = 9021;

  /** Where the kernel shares time among sessions, the session's share counts, not the process's. */
  private static final String FIRST =
      "{ echo -10 >/proc/self/autogroup; } 2>/dev/null; exec nice -n -10 \"$@\"";

  private final Hosts hosts;
  private final Map<Integer, Addresses> known = new TreeMap<>();
  private final List<Doorway> doorways = new ArrayList<>();

  private HostsSite(Hosts hosts) {
    this.hosts = hosts;
  }

  /** Hosts for so many nodes. */
  static HostsSite create(int nodes) throws IOException, InterruptedException {
    return new HostsSite(Hosts.create(nodes));
  }

  /** The host of a node. */
  Host host(int id) {
    return hosts.host(id - 1);
  }

  /** From now on no packet passes between nodes of different sides. */
  void part(List<List<Integer>> sides) throws IOException, InterruptedException {
    hosts.part(sides.stream().map(side -> side.stream().map(this::host).toList()).toList());
  }

  /** Undoes every cut. */
  void heal() throws IOException, InterruptedException {
    hosts.heal();
  }

  @Override
  public Addresses of(int id) throws IOException {
    Addresses found = known.get(id);
    if (found == null) {
      String name = host(id).name() + ":";
      found =
          new Addresses(
              name + CLIENTS, name + QUORUM, name + HTTP, door(id, CLIENTS), door(id, HTTP));
      known.put(id, found);
    }
    return found;
  }

  private String door(int id, int port) throws IOException {
    Doorway doorway = Doorway.to(host(id), port);
    doorways.add(doorway);
    return doorway.address();
  }

  /** What is lost is to be the network's fault alone: on a busy machine the nodes go first. */
  @Override
  public List<String> command(int id, List<String> command) {
    List<String> first = new ArrayList<>(List.of("setsid", "sh", "-c", FIRST, "node"));
    first.addAll(command);
    return host(id).command(first.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Doorway doorway : doorways) {
      doorway.close();
    }
    hosts.close();
  }
}
