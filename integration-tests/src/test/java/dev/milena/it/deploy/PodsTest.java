package dev.milena.it.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.network.Host;
import dev.milena.it.network.Hosts;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pods of the manifests, each in a network namespace with its pod's name, in the image that the
 * Dockerfile describes, with the settings and the environment of the StatefulSet.
 */
@Timeout(420)
class PodsTest {
  private static final String CLUSTER_ID = "q1Sh-9_ISia_zwGINzRvyQ";
  private static final Duration NAME_UNKNOWN = Duration.ofSeconds(60);
  private static final Duration FOUND_WITHIN = Duration.ofSeconds(30);
  private static final int CLIENTS = 9092;
  private static final int HTTP = 9021;

  @TempDir Path folder;

  private Pods pods = new Pods(new Manifests(List.of()), "");
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<Hosts> opened = new ArrayList<>();

  /** It takes longer than a test may, and is made here, outside of the test's limit. */
  @BeforeAll
  @Timeout(Image.MADE_WITHIN_SECONDS)
  static void wantsHostsAndAnImage() throws Exception {
    Hosts.assumePossible();
    Image.assumePossible();
    var _ = Image.ours();
  }

  @BeforeEach
  void read() throws IOException {
    pods = new Pods(Manifests.ours(), "events");
  }

  @AfterEach
  void endWhatRuns() throws Exception {
    for (NodeProcess node : nodes) {
      node.close();
    }
    for (Hosts hosts : opened) {
      hosts.close();
    }
  }

  @Test
  void eachServesTheOthersByItsFullNameOnceThatIsKnown() throws Exception {
    Hosts hosts = hosts();
    hosts.host(2).hideName();
    List<Container> containers = containers(hosts, true);
    for (Container container : containers) {
      nodes.add(container.start());
    }
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).awaitReady();
      assertEquals(pods.fullName(i) + ":" + CLIENTS, nodes.get(i).clients());
      assertTrue(nodes.get(i).output().endsWith("node=" + (i + 1) + "\n"), nodes.get(i).output());
    }
    Ended unknown = kafkactl(containers.get(0), 2, "topics", "--list");
    assertEquals(3, unknown.exitCode(), unknown.errors());
    hosts.host(2).showName();
    for (int i = 0; i < nodes.size(); i++) {
      Container other = containers.get((i + 1) % nodes.size());
      kafkactl(other, i, "topics", "--create", "--topic", "of-" + i).expecting(0);
      assertEquals("of-" + i + "\n", kafkactl(other, i, "topics", "--list").expecting(0).text());
      assertEquals(200, status(hosts.host((i + 1) % nodes.size()), i, "/livez"));
      assertEquals(200, status(hosts.host((i + 1) % nodes.size()), i, "/readyz"));
    }
    for (NodeProcess node : nodes) {
      assertEquals(0, node.stop(), node.errors());
    }
  }

  @Test
  void threeFormOneClusterThoughOneNameIsUnknownForTheFirstMinute() throws Exception {
    Hosts hosts = hosts();
    hosts.host(2).hideName();
    List<Container> containers = containers(hosts, false);
    for (Container container : containers) {
      nodes.add(container.start());
    }
    allLiveAndNoneReady(hosts);
    hosts.host(2).showName();
    long known = System.nanoTime();
    awaitReady(nodes, known);

    Container client = containers.get(0);
    kafkactl(client, 0, "topics", "--create", "--topic", "t", "--replication-factor", "3")
        .expecting(0);
    for (int i = 0; i < nodes.size(); i++) {
      String described = kafkactl(client, i, "topics", "--describe").expecting(0).text();
      assertTrue(
          Pattern.compile("Replicas: [123],[123],[123]\t").matcher(described).find(), described);
      assertEquals(200, status(hosts.host(0), i, "/readyz"));
    }

    // As after the loss of a machine: the same volume, elsewhere, under another address.
    nodes.get(2).kill();
    hosts.host(2).move();
    long moved = System.nanoTime();
    nodes.set(2, containers.get(2).start());
    awaitReady(nodes.subList(2, 3), moved);
    assertEquals("t\n", kafkactl(client, 2, "topics", "--list").expecting(0).text());
    assertEquals(0, nodes.get(2).stop(), nodes.get(2).errors());
  }

  private Hosts hosts() throws Exception {
    Hosts hosts = Hosts.create(pods.fullNames());
    opened.add(hosts);
    return hosts;
  }

  /**
   * The containers, yet to be started.
   *
   * @param alone whether each is to be the only voter of a quorum of its own
   */
  private List<Container> containers(Hosts hosts, boolean alone) throws Exception {
    Path settings = Files.writeString(folder.resolve("node.properties"), pods.settings());
    List<Container> containers = new ArrayList<>();
    for (int i = 0; i < hosts.all().size(); i++) {
      SortedMap<String, String> environment = pods.environment(i, CLUSTER_ID, Map.of());
      if (alone) {
        String itself = "%s@%s:9093".formatted(i + 1, pods.fullName(i));
        environment.put("MILENA_CONTROLLER_QUORUM_VOTERS", itself);
      }
      Path volume = folder.resolve("data-milena-" + i);
      containers.add(Container.on(hosts.host(i), volume, environment).settings(settings));
    }
    return containers;
  }

  /** While a first voter cannot be found there is no quorum; that is no reason to restart a pod. */
  private void allLiveAndNoneReady(Hosts hosts) throws Exception {
    long end = System.nanoTime() + NAME_UNKNOWN.toNanos();
    boolean[] answered = new boolean[nodes.size()];
    while (System.nanoTime() < end) {
      for (int i = 0; i < nodes.size(); i++) {
        NodeProcess node = nodes.get(i);
        assertTrue(!node.endsWithin(1, TimeUnit.SECONDS), node.errors());
        int live = status(hosts.host(i), i, "/livez");
        answered[i] |= live == 200;
        assertTrue(live == 200 || !answered[i], "/livez of " + pods.fullName(i) + ": " + live);
        assertTrue(status(hosts.host(i), i, "/readyz") != 200, pods.fullName(i));
        assertEquals("", node.output());
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      assertTrue(answered[i], "/livez of " + pods.fullName(i) + " never answered");
    }
  }

  private static void awaitReady(List<NodeProcess> nodes, long sinceNanos) throws Exception {
    for (NodeProcess node : nodes) {
      node.awaitReady();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - sinceNanos);
    assertTrue(took.compareTo(FOUND_WITHIN) <= 0, "ready after " + took);
  }

  /** kafkactl in the container of one pod, speaking to another. */
  private Ended kafkactl(Container from, int to, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("kafkactl"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--bootstrap-server", pods.fullName(to) + ":" + CLIENTS));
    return from.exec(command.toArray(String[]::new));
  }

  /** The status of an HTTP GET of one pod from a host; 0 when nothing answers. */
  private int status(Host from, int to, String path) throws Exception {
    String get =
        "exec 3<>\"/dev/tcp/$0/$1\" && printf 'GET %s HTTP/1.0\\r\\n\\r\\n' \"$2\" >&3 && head -n 1 <&3";
    Ended ended = from.run("timeout", "10", "bash", "-c", get, pods.fullName(to), "" + HTTP, path);
    String[] words = ended.text().split(" ");
    return ended.exitCode() == 0 && words.length > 1 ? Integer.parseInt(words[1]) : 0;
  }
}
