package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Nodes of a quorum in processes of their own, by node id. */
final class ProcessQuorum implements AutoCloseable {
  private final Path folder;
  private final TreeMap<Integer, Voter> all = new TreeMap<>();
  private final List<Voter> named = new ArrayList<>();
  private final TreeMap<Integer, QuorumProcess> nodes = new TreeMap<>();
  private final TreeSet<Integer> paused = new TreeSet<>();
  private final TreeMap<Integer, Integer> listening = new TreeMap<>();
  private final List<String> flags;

  /**
   * Nodes that are not started yet.
   *
   * @param voters how many of them name each other
   * @param more how many further ones nobody names
   */
  ProcessQuorum(Path folder, int voters, int more) throws IOException {
    this(folder, voters, more, List.of());
  }

  /**
   * The same.
   *
   * @param flags of each node's JVM
   */
  ProcessQuorum(Path folder, int voters, int more, List<String> flags) throws IOException {
    this.folder = folder;
    this.flags = flags;
    for (int id = 1; id <= voters + more; id++) {
      Voter voter = new Voter(id, "127.0.0.1", FreePorts.take());
      all.put(id, voter);
      if (id <= voters) {
        named.add(voter);
      }
    }
  }

  void startAll() throws IOException {
    for (int id : all.keySet()) {
      start(id);
    }
    try {
      assertEquals("up", node(1).ask("broker"));
    } catch (AssertionError withoutLeader) {
      // why there is no leader may be known to another node alone
      withoutLeader.addSuppressed(new AssertionError(said()));
      throw withoutLeader;
    }
  }

  void start(int id) throws IOException {
    launch(id);
    assertEquals("started", node(id).line());
  }

  /** Starts it without waiting for the line that says so. */
  void launch(int id) throws IOException {
    Voter known = voter(id);
    nodes.put(
        id,
        QuorumProcess.start(
            new Voter(id, known.host(), listening.getOrDefault(id, known.port())),
            "127.0.0.1",
            folderOf(id),
            named.contains(voter(id)) ? named : List.of(),
            flags));
  }

  /** What every node has logged, for a failed test: the last lines of each. */
  String said() {
    StringBuilder said = new StringBuilder();
    for (int id : all.keySet()) {
      said.append("\n--- node ").append(id).append(nodes.containsKey(id) ? "" : ", killed");
      said.append('\n').append(said(id));
    }
    return said.toString();
  }

  /** The last lines that a node has logged. */
  String said(int id) {
    return QuorumProcess.lastLines(folder.resolve("node" + id + ".log"));
  }

  /** How many lines of a node's log have these words. */
  long timesLogged(int id, String words) throws IOException {
    return Files.readAllLines(folder.resolve("node" + id + ".log")).stream()
        .filter(line -> line.contains(words))
        .count();
  }

  Path folderOf(int id) {
    return folder.resolve("node" + id);
  }

  Voter voter(int id) {
    return Objects.requireNonNull(all.get(id));
  }

  QuorumProcess node(int id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  /** The node ends by itself, and says why: its sentence. */
  String awaitHalt(int id) throws IOException, InterruptedException {
    String line = node(id).line();
    while (!line.startsWith("halt ")) {
      line = node(id).line();
    }
    assertEquals(3, node(id).awaitExit(), line);
    nodes.remove(id);
    return line;
  }

  /** Puts something between a node and the others, for its next start. */
  SnapshotProxy proxyBefore(int id) throws IOException {
    int port = FreePorts.take();
    listening.put(id, port);
    return SnapshotProxy.between(voter(id).port(), port);
  }

  /** What a node left that has ended by itself is forgotten. */
  void forget(int id) {
    nodes.remove(id);
  }

  void kill(int id) throws InterruptedException {
    node(id).kill();
    nodes.remove(id);
  }

  void pause(int id) throws IOException, InterruptedException {
    node(id).pause();
    paused.add(id);
  }

  void resume(int id) throws IOException, InterruptedException {
    node(id).resume();
    paused.remove(id);
  }

  /** The running node that leads, as soon as one does. */
  int leader() {
    int[] leader = new int[1];
    TestQuorum.await(
        "a leader",
        () -> {
          leader[0] = whoLeads();
          return leader[0] != 0;
        });
    return leader[0];
  }

  private int whoLeads() {
    for (int id : nodes.keySet()) {
      if (!paused.contains(id) && status(id)[1].equals("true")) {
        return id;
      }
    }
    return 0;
  }

  /** A running node that does not lead. */
  int follower() {
    int leader = leader();
    return nodes.keySet().stream()
        .filter(id -> id != leader && !paused.contains(id))
        .findFirst()
        .orElseThrow();
  }

  /** Stage, whether it leads, term, state hash. */
  String[] status(int id) {
    return asked(id, "status").split(" ");
  }

  private String asked(int id, String command) {
    try {
      return node(id).ask(command);
    } catch (IOException gone) {
      throw new AssertionError("node " + id, gone);
    }
  }

  /** Every running node has caught up, and all hold the same. */
  void assertAllAgree() {
    TreeSet<String> hashes = new TreeSet<>();
    for (int id : nodes.keySet()) {
      assertEquals("caught-up", asked(id, "read 60000"), "node " + id);
      hashes.add(status(id)[3]);
    }
    assertEquals(1, hashes.size(), hashes.toString());
  }

  @Override
  public void close() {
    nodes.values().forEach(QuorumProcess::close);
  }
}
