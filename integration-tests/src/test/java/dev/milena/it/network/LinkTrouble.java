package dev.milena.it.network;

import dev.milena.it.process.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Links that are bad and not cut: they lose some packets, or large ones, are narrow, or come and
 * go. Of each host one trouble at a time; guarded by its {@link Hosts}.
 */
final class LinkTrouble {
  private static final String FLAP =
      "while :; do ip link set \"$0\" down; sleep \"$1\"; ip link set \"$0\" up; sleep \"$1\"; done";

  private final Namespaces namespaces;
  private final Map<Integer, Process> flapping = new HashMap<>();
  private final Set<Integer> troubled = new HashSet<>();

  LinkTrouble(Namespaces namespaces) {
    this.namespaces = namespaces;
  }

  /** Of what arrives so many of a hundred packets are lost. */
  void lose(String namespace, int number, int percent) throws IOException, InterruptedException {
    troubled.add(number);
    String probability = "0.%02d".formatted(percent);
    drop(namespace, "statistic", "--mode", "random", "--probability", probability);
  }

  /** Packets that arrive and are larger than this are lost, as where a router takes no more. */
  void loseLarge(String namespace, int number, int bytes) throws IOException, InterruptedException {
    troubled.add(number);
    drop(namespace, "length", "--length", (bytes + 1) + ":65535");
  }

  private static void drop(String namespace, String... match)
      throws IOException, InterruptedException {
    var rule = new ArrayList<>(List.of("iptables", "-t", "mangle"));
    rule.addAll(List.of("-A", "PREROUTING", "-i", "eth0", "-m"));
    rule.addAll(List.of(match));
    rule.addAll(List.of("-j", "DROP"));
    in(namespace, rule);
  }

  /** So much passes in a second, either way. */
  void narrow(String namespace, int number, int kbit) throws IOException, InterruptedException {
    troubled.add(number);
    in(namespace, bound("eth0", kbit));
    in(namespaces.bridge(), bound(Namespaces.port(number), kbit));
  }

  private static List<String> bound(String device, int kbit) {
    return List.of(
        "tc",
        "qdisc",
        "add",
        "dev",
        device,
        "root",
        "tbf",
        "rate",
        kbit + "kbit",
        "burst",
        "32kbit",
        "latency",
        "400ms");
  }

  /** The link goes, and comes back, again and again, for so long each time. */
  void flap(int number, int halfMs) throws IOException {
    troubled.add(number);
    String seconds = "%d.%03d".formatted(halfMs / 1_000, halfMs % 1_000);
    flapping.put(
        number,
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                namespaces.bridge(),
                "sh",
                "-c",
                FLAP,
                Namespaces.port(number),
                seconds)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("/dev/null").toFile())
            .start());
  }

  /** The link of a host is as it was made. */
  void heal(String namespace, int number) throws IOException, InterruptedException {
    if (!troubled.remove(number)) {
      return;
    }
    Process flaps = flapping.remove(number);
    if (flaps != null) {
      flaps.destroyForcibly();
      if (!flaps.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("a link goes on flapping: " + flaps.pid());
      }
    }
    in(namespace, List.of("iptables", "-t", "mangle", "-F", "PREROUTING"));
    unbound(namespace, "eth0");
    unbound(namespaces.bridge(), Namespaces.port(number));
  }

  private static void unbound(String namespace, String device)
      throws IOException, InterruptedException {
    String remove =
        "if tc qdisc show dev \"$0\" | grep -q tbf; then tc qdisc del dev \"$0\" root; fi";
    in(namespace, List.of("sh", "-c", remove, device));
  }

  private static void in(String namespace, List<String> command)
      throws IOException, InterruptedException {
    var whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(command);
    Tool.Ended ended = Tool.run(whole, Map.of(), Path.of("/dev/null"));
    if (ended.exitCode() != 0) {
      throw new AssertionError(String.join(" ", whole) + ": " + ended.errors());
    }
  }
}
