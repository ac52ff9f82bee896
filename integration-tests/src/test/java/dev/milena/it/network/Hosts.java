package dev.milena.it.network;

import dev.milena.it.process.Missing;
import dev.milena.it.process.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Several hosts on this machine: each a network namespace, joined by a bridge in a namespace of its
 * own. Nothing outside can reach them, and they reach nothing outside; who wants to speak to one
 * runs a command in another.
 *
 * <p>They resolve each other's names through files, without a DNS server. {@link #close} ends what
 * runs in them and leaves nothing behind; what a killed test run left is cleared away by the next.
 * Wants root, iproute2 and iptables.
 */
public final class Hosts implements AutoCloseable {
  /** Set aside for documentation (RFC 5737): nobody's real network has these. */
  private static final String NETWORK = "192.0.2.";

  private static final int MOST_ADDRESSES = 254;
  private static final AtomicInteger RUNS = new AtomicInteger();

  private record Cut(Host from, Host to) {}

  private final Namespaces namespaces;
  private final List<Host> hosts = new ArrayList<>();
  private final Map<Host, String> addresses = new HashMap<>();
  private final Set<Host> hidden = new HashSet<>();
  private final Set<Cut> cuts = new HashSet<>();
  private final LinkTrouble troubles;
  private int lastAddress;

  private Hosts(Namespaces namespaces) {
    this.namespaces = namespaces;
    this.troubles = new LinkTrouble(namespaces);
  }

  /**
   * Skips the test where hosts cannot be made, with a line that says what is missing; fails it
   * where CI is true.
   */
  public static void assumePossible() throws IOException, InterruptedException {
    if (!System.getProperty("user.name").equals("root")) {
      throw Missing.needs("run the tests as root: they make network namespaces");
    }
    if (!works("command -v ip && command -v iptables-restore && command -v unshare")) {
      throw Missing.needs("apt-get install iproute2 iptables util-linux");
    }
    if (!works("unshare --net --uts --mount true")) {
      throw Missing.needs("run the tests where namespaces may be made (unshare --net)");
    }
  }

  private static boolean works(String command) throws IOException, InterruptedException {
    List<String> shell = List.of("sh", "-c", command);
    return Tool.run(shell, Map.of(), Path.of("/dev/null")).exitCode() == 0;
  }

  /** Hosts called host-0.test, host-1.test and so on. */
  public static Hosts create(int count) throws IOException, InterruptedException {
    return create(IntStream.range(0, count).mapToObj(i -> "host-" + i + ".test").toList());
  }

  /** Hosts with these full names, each different up to its first dot. */
  public static Hosts create(List<String> names) throws IOException, InterruptedException {
    Hosts made = new Hosts(Namespaces.begin(RUNS.incrementAndGet()));
    boolean whole = false;
    try {
      for (String name : names) {
        made.add(name);
      }
      made.tellNames();
      whole = true;
      return made;
    } finally {
      if (!whole) {
        made.close();
      }
    }
  }

  private synchronized void add(String name) throws IOException, InterruptedException {
    String namespace = namespaces.add(hosts.size());
    Host host = new Host(this, namespace, name);
    addresses.put(host, nextAddress());
    namespaces.address(namespace, addressOf(host));
    hosts.add(host);
  }

  private String nextAddress() {
    if (lastAddress == MOST_ADDRESSES) {
      throw new AssertionError("all " + MOST_ADDRESSES + " addresses of " + NETWORK + "0 are used");
    }
    lastAddress++;
    return NETWORK + lastAddress;
  }

  /** One of them, counted from 0. */
  public synchronized Host host(int index) {
    return hosts.get(index);
  }

  /** All of them, in the order of their names. */
  public synchronized List<Host> all() {
    return Collections.unmodifiableList(new ArrayList<>(hosts));
  }

  /** Undoes every cut, plugs every cable in and shows every name. */
  public synchronized void heal() throws IOException, InterruptedException {
    for (Host host : hosts) {
      host.heal();
      hidden.remove(host);
    }
    tellNames();
  }

  /**
   * From now on no packet passes between hosts of different sides; who is on no side hears all. A
   * host is deaf to all others at once, the first side's hosts first.
   */
  public synchronized void part(List<List<Host>> sides) throws IOException, InterruptedException {
    for (List<Host> side : sides) {
      for (Host to : side) {
        sides.stream()
            .filter(other -> !other.equals(side))
            .flatMap(List::stream)
            .forEach(from -> cuts.add(new Cut(from, to)));
        filter(to);
      }
    }
  }

  synchronized String addressOf(Host host) {
    return addresses.getOrDefault(host, "");
  }

  synchronized void cut(Host from, Host to) throws IOException, InterruptedException {
    if (from.equals(to)) {
      throw new IllegalArgumentException(from + " cannot be cut off from itself");
    }
    cuts.add(new Cut(from, to));
    filter(to);
  }

  synchronized void lose(Host host, int percent) throws IOException, InterruptedException {
    troubles.lose(host.namespace(), hosts.indexOf(host), percent);
  }

  synchronized void loseLarge(Host host, int bytes) throws IOException, InterruptedException {
    troubles.loseLarge(host.namespace(), hosts.indexOf(host), bytes);
  }

  synchronized void narrow(Host host, int kbit) throws IOException, InterruptedException {
    troubles.narrow(host.namespace(), hosts.indexOf(host), kbit);
  }

  synchronized void flap(Host host, int halfMs) throws IOException {
    troubles.flap(hosts.indexOf(host), halfMs);
  }

  synchronized void heal(Host host) throws IOException, InterruptedException {
    troubles.heal(host.namespace(), hosts.indexOf(host));
    cuts.removeIf(cut -> cut.from().equals(host) || cut.to().equals(host));
    for (Host other : hosts) {
      filter(other);
    }
  }

  /** Packets are thrown away where they arrive: a filter at the sender would tell the sender. */
  private void filter(Host to) throws IOException, InterruptedException {
    List<String> dropped =
        cuts.stream()
            .filter(cut -> cut.to().equals(to))
            .map(cut -> addressOf(cut.from()))
            .sorted()
            .toList();
    namespaces.dropFrom(to.namespace(), dropped);
  }

  synchronized void setCable(Host host, String upOrDown) throws IOException, InterruptedException {
    namespaces.setCable(hosts.indexOf(host), upOrDown);
  }

  synchronized void setHidden(Host host, boolean hide) throws IOException {
    if (hide) {
      hidden.add(host);
    } else {
      hidden.remove(host);
    }
    tellNames();
  }

  synchronized void move(Host host) throws IOException, InterruptedException {
    addresses.put(host, nextAddress());
    namespaces.address(host.namespace(), addressOf(host));
    for (Host other : hosts) {
      filter(other);
    }
    tellNames();
  }

  private synchronized void tellNames() throws IOException {
    for (Host reader : hosts) {
      StringBuilder known = new StringBuilder("127.0.0.1 localhost\n");
      for (Host host : hosts) {
        if (host.equals(reader) || !hidden.contains(host)) {
          known.append("%s %s %s\n".formatted(addressOf(host), host.name(), host.hostname()));
        }
      }
      namespaces.writeNames(reader.namespace(), known.toString());
    }
  }

  /** Ends everything that runs in the hosts, and takes them away. */
  @Override
  public synchronized void close() throws IOException, InterruptedException {
    namespaces.end();
  }
}
