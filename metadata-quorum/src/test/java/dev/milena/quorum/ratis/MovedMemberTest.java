package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members known by name, one of which comes back under another address. The names are those of a
 * hosts file that every process reads at each look-up; the addresses are further ones of loopback.
 */
class MovedMemberTest {
  private static final long FOUND_WITHIN_MS = 30_000;

  @TempDir Path folder;
  private final List<Voter> voters = new ArrayList<>();
  private final TreeMap<Integer, String> addresses = new TreeMap<>();
  private final TreeMap<Integer, QuorumProcess> nodes = new TreeMap<>();
  private final List<QuorumProcess> left = new ArrayList<>();

  @AfterEach
  void endAll() {
    nodes.values().forEach(QuorumProcess::close);
    left.forEach(QuorumProcess::close);
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aMemberThatWasRestartedElsewhereIsFound() throws Exception {
    startThree();
    int moved = follower();
    node(moved).kill();
    assertEquals("decided", firstWord(node(leader()).ask("topic meanwhile 60000")));
    assertFoundAt(moved, "127.0.0.2" + moved, folder.resolve("node" + moved));
  }

  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aMemberWhoseOldAddressSwallowsEverythingIsFoundElsewhere() throws Exception {
    startThree();
    int moved = follower();
    QuorumProcess old = node(moved);
    old.pause();
    left.add(old);
    Path copy = folder.resolve("moved");
    copy(folder.resolve("node" + moved), copy);

    assertEquals("decided", firstWord(node(leader()).ask("topic meanwhile 60000")));
    assertFoundAt(moved, "127.0.0.3" + moved, copy);
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void theLeaderItselfIsFoundElsewhere() throws Exception {
    startThree();
    int moved = leader();
    node(moved).kill();
    assertFoundAt(moved, "127.0.0.4" + moved, folder.resolve("node" + moved));
    for (QuorumProcess node : nodes.values()) {
      assertEquals("caught-up", node.ask("read 60000"));
    }
  }

  private void assertFoundAt(int id, String address, Path disk) throws Exception {
    addresses.put(id, address);
    writeHosts();
    start(id, disk);
    long began = System.nanoTime();
    String answer = node(id).ask("read 90000");
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    System.out.println("found after " + tookMs + " ms");
    assertEquals("caught-up", answer);
    assertTrue(tookMs < FOUND_WITHIN_MS, "found only after " + tookMs + " ms");
  }

  private void startThree() throws Exception {
    for (int id = 1; id <= 3; id++) {
      voters.add(new Voter(id, "m" + id + ".test", FreePorts.take()));
      addresses.put(id, "127.0.0.1" + id);
    }
    writeHosts();
    for (int id = 1; id <= 3; id++) {
      start(id, folder.resolve("node" + id));
    }
    assertEquals("up", node(1).ask("broker"));
    for (QuorumProcess node : nodes.values()) {
      assertEquals("caught-up", node.ask("read 60000"));
    }
  }

  private void start(int id, Path disk) throws IOException {
    QuorumProcess process =
        QuorumProcess.start(
            voters.get(id - 1),
            Objects.requireNonNull(addresses.get(id)),
            disk,
            voters,
            List.of("-Djdk.net.hosts.file=" + hosts()));
    nodes.put(id, process);
    assertEquals("started", process.line());
  }

  private Path hosts() {
    return folder.resolve("hosts");
  }

  private void writeHosts() throws IOException {
    StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
    addresses.forEach(
        (id, address) -> lines.append(address).append(" m").append(id).append(".test\n"));
    Path written = folder.resolve("hosts.new");
    Files.writeString(written, lines);
    Files.move(
        written, hosts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private QuorumProcess node(int id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private int leader() {
    int[] leader = new int[1];
    TestQuorum.await(
        "a leader",
        () -> {
          for (int id : nodes.keySet()) {
            if (node(id).isAlive() && leads(id)) {
              leader[0] = id;
              return true;
            }
          }
          return false;
        });
    return leader[0];
  }

  private int follower() {
    int leader = leader();
    return nodes.keySet().stream().filter(id -> id != leader).findFirst().orElseThrow();
  }

  private boolean leads(int id) {
    try {
      return !left.contains(node(id)) && node(id).ask("status").split(" ")[1].equals("true");
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  private static String firstWord(String answer) {
    return answer.split(" ")[0];
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        String inside = from.relativize(file).toString();
        if (!inside.startsWith("live") && !inside.endsWith("in_use.lock")) {
          Files.copy(file, to.resolve(inside));
        }
      }
    }
  }
}
