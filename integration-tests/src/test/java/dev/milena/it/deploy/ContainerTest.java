package dev.milena.it.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.network.Hosts;
import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image does its work: without root, on a system that cannot be written, from a JRE alone. */
@Timeout(300)
class ContainerTest {
  @TempDir Path folder;

  /** It takes longer than a test may, and is made here, outside of the test's limit. */
  @BeforeAll
  @Timeout(Image.MADE_WITHIN_SECONDS)
  static void wantsHostsAndAnImage() throws Exception {
    Hosts.assumePossible();
    Image.assumePossible();
    var _ = Image.ours();
  }

  @Test
  void theNodeServesWithoutPrivilegesAndKeepsItsVolume() throws Exception {
    try (Hosts hosts = Hosts.create(List.of("milena-0.nodes.test"))) {
      // AOTMode=on ends the start when the archive of the image does not fit.
      Map<String, String> environment =
          Map.of(
              "MILENA_ADVERTISED_LISTENERS",
              "milena-0.nodes.test:9092",
              "MILENA_JVM_OPTS",
              "-XX:AOTMode=on");
      Container container = Container.on(hosts.host(0), folder.resolve("volume"), environment);
      try (NodeProcess node = container.start().awaitReady()) {
        assertEquals("milena-0.nodes.test:9092", node.clients());
        assertTrue(node.output().endsWith("node=1\n"), node.output());
        assertUnprivileged(node.pid());
        container.exec("kafkactl", "topics", "--create", "--topic", "kept").expecting(0);
        assertEquals(0, node.stop(), node.errors());
      }
      try (NodeProcess again = container.start().awaitReady()) {
        assertEquals("kept\n", container.exec("kafkactl", "topics", "--list").expecting(0).text());
        assertEquals(0, again.stop(), again.errors());
      }
      assertEquals(List.of("data"), names(folder.resolve("volume")));
    }
  }

  @Test
  void aHostWithoutANumberIsAskedForOne() throws Exception {
    try (Hosts hosts = Hosts.create(List.of("broker.test"))) {
      Container container = Container.on(hosts.host(0), folder.resolve("volume"), Map.of());
      NodeProcess node = container.start();
      assertEquals(2, node.awaitExit());
      assertTrue(node.errors().contains("MILENA_NODE_ID"), node.errors());
      assertTrue(node.errors().contains("broker"), node.errors());
    }
  }

  @Test
  void aNumberThatIsGivenWinsAndArgumentsReachTheNode() throws Exception {
    try (Hosts hosts = Hosts.create(List.of("milena-4.nodes.test"))) {
      Container container =
          Container.on(hosts.host(0), folder.resolve("volume"), Map.of("MILENA_NODE_ID", "7"));
      try (NodeProcess node =
          container
              .start("--set", "advertised.listeners=" + hosts.host(0).address() + ":9092")
              .awaitReady()) {
        assertTrue(node.output().endsWith("node=7\n"), node.output());
        assertEquals(hosts.host(0).address() + ":9092", node.clients());
      }
    }
  }

  private static void assertUnprivileged(long pid) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
    assertTrue(status.contains("Uid:\t10001\t10001\t10001\t10001"), status.toString());
    assertTrue(status.contains("CapEff:\t0000000000000000"), status.toString());
    assertTrue(status.contains("NoNewPrivs:\t1"), status.toString());
    Path program = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe"));
    assertTrue(program.endsWith("opt/java/openjdk/bin/java"), program.toString());
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
