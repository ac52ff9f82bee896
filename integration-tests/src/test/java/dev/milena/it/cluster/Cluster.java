package dev.milena.it.cluster;

import dev.milena.it.process.Checkout;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SharedDisk;
import dev.milena.it.process.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Nodes of one cluster as processes of this machine, on loopback unless a {@link Site} says
 * otherwise. Node 1 to N are the voters; others may be added. Addresses stay a node's own over its
 * restarts. {@link #close} kills what runs.
 */
final class Cluster implements AutoCloseable {
  /** Before the first test has made one. */
  static final Cluster NONE = of(Path.of("/nonexistent"), 0);

  /** Patience, and no promise. */
  static final Duration SETTLE = Duration.ofSeconds(60);

  private static final long LOOK_MS = 50;
  private static final int ENDED_BY_SIGKILL = 128 + 9;
  private static final String APPLIED = "milena_metadata_applied_entries_total";

  private final Path folder;
  private final Site site;
  private final TreeMap<Integer, Launch> launches = new TreeMap<>();
  private final TreeMap<Integer, NodeProcess> running = new TreeMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final int voterCount;

  /**
   * What is put around a node's process.
   *
   * @param environment added to its environment
   * @param before words in front of its command, which become it by exec
   * @param settings that win over the usual ones, each KEY=VALUE
   */
  record Launch(Map<String, String> environment, List<String> before, List<String> settings) {
    static final Launch PLAIN = new Launch(StreamFed.environment(), List.of(), List.of());

    static Launch with(String... settings) {
      return new Launch(StreamFed.environment(), List.of(), List.of(settings));
    }
  }

  private Cluster(Path folder, int voterCount, Site site) {
    this.folder = folder;
    this.voterCount = voterCount;
    this.site = site;
  }

  /** A cluster whose nodes are not started yet. */
  static Cluster of(Path folder, int voters) {
    return new Cluster(folder, voters, new LoopbackSite());
  }

  /** One whose nodes are not started yet, elsewhere than on loopback; it closes the site. */
  static Cluster at(Site site, Path folder, int voters) {
    return new Cluster(folder, voters, site);
  }

  /** A started one. */
  static Cluster started(Path folder, int voters) throws Exception {
    Cluster cluster = of(folder, voters);
    boolean whole = false;
    try {
      cluster.startAll();
      whole = true;
      return cluster;
    } finally {
      if (!whole) {
        cluster.close();
      }
    }
  }

  /** Starts all voters and waits until each is ready. */
  void startAll() throws Exception {
    for (int id = 1; id <= voterCount; id++) {
      launch(id);
    }
    for (NodeProcess node : running.values()) {
      node.awaitReady();
    }
    assertFedAsAsked();
  }

  /** From its next start on a node is started like this. */
  void dress(int id, Launch launch) {
    launches.put(id, launch);
  }

  /** From their next start on all voters are started like this. */
  void dressAll(Launch launch) {
    IntStream.rangeClosed(1, voterCount).forEach(id -> dress(id, launch));
  }

  /** Starts a node and waits until it is ready. */
  NodeProcess start(int id, String... more) throws Exception {
    NodeProcess node = launch(id, more).awaitReady();
    assertFedAsAsked();
    return node;
  }

  /**
   * Starts a node, a voter or one that joins without a vote, and does not wait.
   *
   * @param more settings that win over the usual ones
   */
  NodeProcess launch(int id, String... more) throws IOException {
    TreeMap<String, String> settings = new TreeMap<>();
    Launch launch = launches.getOrDefault(id, Launch.PLAIN);
    settings.put("node.id", Integer.toString(id));
    settings.put("listeners", "PLAINTEXT://" + site.of(id).clients());
    settings.put("quorum.listener", quorumOf(id));
    settings.put("http.listener", site.of(id).http());
    settings.put("log.dirs", data(id).toString());
    settings.put("disk.stall.ms", SharedDisk.STALL_MS);
    if (id <= voterCount) {
      settings.put("controller.quorum.voters", voters());
      if (StreamFed.WANTED) {
        settings.put("controller.quorum.bootstrap.servers", clients());
      }
    } else {
      settings.put(
          "controller.quorum.bootstrap.servers",
          site.of(1).clients() + "," + site.of(voterCount).clients());
    }
    for (String one : Stream.concat(launch.settings().stream(), Stream.of(more)).toList()) {
      String[] pair = one.split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    List<String> command = new ArrayList<>(launch.before());
    command.addAll(List.of(Checkout.script("milena").toString(), "start", "/dev/null"));
    settings.forEach((key, value) -> {
      command.add("--set");
      command.add(key + "=" + value);
    });
    NodeProcess node =
        NodeProcess.exec(
            folder.resolve("said-" + id), launch.environment(), site.command(id, command));
    running.put(id, node);
    return node;
  }

  private String voters() {
    return IntStream.rangeClosed(1, voterCount)
        .mapToObj(id -> id + "@" + quorumOf(id))
        .collect(Collectors.joining(","));
  }

  /** HOST:PORT of all voters, for clients. */
  String clients() {
    return IntStream.rangeClosed(1, voterCount)
        .mapToObj(this::clientsOf)
        .collect(Collectors.joining(","));
  }

  /** Where a node keeps its data. */
  Path data(int id) {
    return folder.resolve("node-" + id);
  }

  /** HOST:PORT for clients of a node, running or not. */
  String clientsOf(int id) {
    return own(id).clientsFromTest();
  }

  /** HOST:PORT of a node's quorum listener. */
  String quorumOf(int id) {
    return own(id).quorum();
  }

  private Site.Addresses own(int id) {
    try {
      return site.of(id);
    } catch (IOException e) {
      throw new AssertionError("no address for node " + id, e);
    }
  }

  NodeProcess node(int id) {
    return Optional.ofNullable(running.get(id))
        .orElseThrow(() -> new AssertionError("node " + id + " does not run"));
  }

  /** The ids of nodes that run. */
  List<Integer> up() {
    return List.copyOf(running.keySet());
  }

  /** kill -9. */
  void kill(int id) throws InterruptedException {
    node(id).kill();
    running.remove(id);
  }

  /** kill -9 of all that run: the last has its signal before the first is waited for. */
  void killAll() throws Exception {
    List<NodeProcess> nodes = List.copyOf(running.values());
    nodes.forEach(NodeProcess::beginKill);
    for (NodeProcess node : nodes) {
      int code = node.awaitExit();
      if (code != ENDED_BY_SIGKILL) {
        throw new AssertionError("it was not the kill, but ended with " + code + node.lastErrors());
      }
    }
    running.clear();
  }

  /** SIGTERM; returns the exit code. */
  int stop(int id) throws Exception {
    int code = node(id).stop();
    running.remove(id);
    return code;
  }

  /** SIGSTOP, until {@link #resume}. */
  void pause(int id) throws Exception {
    signal("STOP", id);
  }

  void resume(int id) throws Exception {
    signal("CONT", id);
  }

  private void signal(String name, int id) throws Exception {
    Tool.run(
            List.of("kill", "-" + name, Long.toString(node(id).pid())),
            Map.of(),
            Path.of("/dev/null"))
        .expecting(0);
  }

  /** Deletes all that a node has; it must not run. */
  void empty(int id) throws IOException {
    if (running.containsKey(id)) {
      throw new IllegalStateException("node " + id + " runs");
    }
    try (Stream<Path> all = Files.walk(data(id))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Which node leads the quorum, as it says itself; waits until one does. */
  int leader() throws Exception {
    AtomicInteger found = new AtomicInteger();
    await(
        "somebody leads the quorum",
        () -> {
          found.set(up().stream().filter(this::leads).findFirst().orElse(0));
          return found.get() != 0;
        });
    return found.get();
  }

  private boolean leads(int id) {
    return metric(id, "milena_quorum_leading_nodes").orElse(0.0) == 1;
  }

  /** A metric without labels, of a node; empty when it does not answer. */
  Optional<Double> metric(int id, String name) {
    Matcher line =
        Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(get(id, "/metrics"));
    return line.find() ? Optional.of(Double.parseDouble(line.group(1))) : Optional.empty();
  }

  /** Whether /readyz says 200. */
  boolean isReady(int id) {
    return get(id, "/readyz").equals("ready\n");
  }

  /** What a page of the http port says; empty when it does not answer. */
  String get(int id, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://%s%s".formatted(own(id).httpFromTest(), path)))
              .timeout(Duration.ofSeconds(5))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException noAnswer) {
      return "";
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for so long until every node that was started is ready; else each says how it is. */
  void awaitAllReady(Duration patience) {
    await(
        () -> "all are ready\n" + condition(),
        patience,
        () -> up().stream().allMatch(this::isReady));
  }

  /** How every node is, for a failed test: whether it runs, why it is not ready, its last words. */
  private String condition() {
    StringBuilder all = new StringBuilder();
    running.forEach((id, node) ->
        all.append(
            "--- node %s %s; /readyz says '%s'; it said last:\n%s\n"
                .formatted(id, node.state(), get(id, "/readyz").strip(), node.lastErrors())));
    return all.toString();
  }

  /** Waits until every member of the quorum shows the same metadata, by its hash. */
  void awaitOneState() throws Exception {
    Map<Integer, String> seen = new TreeMap<>();
    await(
        () -> "all members show the same metadata; last seen " + seen,
        SETTLE,
        () -> {
          Set<Double> hashes = new TreeSet<>();
          for (int id : up()) {
            double hash = metric(id, "milena_metadata_state_hash").orElse(-1.0 - id);
            hashes.add(hash);
            seen.put(id, "%.0f, applied %s".formatted(hash, metric(id, APPLIED)));
          }
          return hashes.size() == 1;
        });
    assertFedAsAsked();
  }

  private void assertFedAsAsked() throws IOException {
    for (Map.Entry<Integer, NodeProcess> node : running.entrySet()) {
      StreamFed.assertAsAsked(node.getValue(), clientsOf(node.getKey()));
    }
  }

  /** Looks again and again until it holds. */
  static void await(String what, BooleanSupplier holds) {
    await(what, SETTLE, holds);
  }

  /** Looks again and again until it holds, for so long. */
  static void await(String what, Duration patience, BooleanSupplier holds) {
    await(() -> what, patience, holds);
  }

  /** Looks again and again until it holds, for so long; what it wanted is asked for at the end. */
  static void await(Supplier<String> what, Duration patience, BooleanSupplier holds) {
    long end = System.nanoTime() + patience.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + patience + ": " + what.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
  }

  /** What every node has said on standard error, for a failed test. */
  String said() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Map.Entry<Integer, NodeProcess> node : running.entrySet()) {
      all.append("--- node ").append(node.getKey()).append('\n').append(node.getValue().errors());
    }
    return all.toString();
  }

  @Override
  public void close() throws Exception {
    for (NodeProcess node : running.values()) {
      node.close();
    }
    http.close();
    site.close();
  }
}
