package dev.milena.it.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.Checkout;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import dev.milena.it.process.Tool.Ended;
import dev.milena.records.Partitioner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ExamplesTest {
  private static final Path EXAMPLES = Checkout.root().resolve("examples");
  private static final Path NO_INPUT = Path.of("/dev/null");
  private static final Pattern SHARE = Pattern.compile("\"?(\\d+)\"?: ?(\\d+)");

  @TempDir Path folder;

  @Test
  void thePythonExampleWritesAndReadsItsRecords() throws Exception {
    String python = Installed.python();
    Map<String, String> stubs = pythonStubs(python);

    try (NodeProcess node = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      Ended ended = Tool.run(pythonExample(python, node.clients()), stubs, NO_INPUT);

      assertWentWell(ended);
    }
  }

  @Test
  void theNodeExampleWritesAndReadsItsRecords() throws Exception {
    String js = Installed.node();

    try (NodeProcess node = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      Ended ended = Tool.run(nodeExample(js, node.clients()), Map.of(), NO_INPUT);

      assertWentWell(ended);
    }
  }

  @Test
  void thePythonExampleSaysThatNobodyIsThere() throws Exception {
    String python = Installed.python();
    Map<String, String> stubs = pythonStubs(python);

    try (Socket deaf = boundAndDeaf()) {
      Ended ended = Tool.run(pythonExample(python, address(deaf)), stubs, NO_INPUT).expecting(1);

      assertTrue(ended.errors().startsWith("UNAVAILABLE"), ended.errors());
    }
  }

  @Test
  void theNodeExampleSaysThatNobodyIsThere() throws Exception {
    String js = Installed.node();

    try (Socket deaf = boundAndDeaf()) {
      Ended ended = Tool.run(nodeExample(js, address(deaf)), Map.of(), NO_INPUT).expecting(1);

      assertTrue(ended.errors().startsWith("UNAVAILABLE"), ended.errors());
    }
  }

  private static void assertWentWell(Ended ended) {
    List<String> lines = ended.expecting(0).text().lines().toList();
    assertEquals(5, lines.size(), ended.text());
    assertTrue(lines.get(0).startsWith("created topic example-"), lines.get(0));
    assertTrue(lines.get(1).startsWith("wrote 1000 records, by partition: "), lines.get(1));
    assertEquals(sharesByKey(), shares(lines.get(1)), "each key where Kafka's clients put it");
    assertEquals("read 1000 records, equal to what was written", lines.get(2));
    assertTrue(lines.get(3).startsWith("as it should: NOT_FOUND UNKNOWN_TOPIC: "), lines.get(3));
    assertTrue(lines.get(3).contains("no-such-topic"), lines.get(3));
    assertTrue(lines.get(4).startsWith("deleted topic example-"), lines.get(4));
  }

  private static SortedMap<Integer, Integer> shares(String line) {
    SortedMap<Integer, Integer> shares = new TreeMap<>();
    Matcher matcher = SHARE.matcher(line);
    while (matcher.find()) {
      shares.put(Integer.valueOf(matcher.group(1)), Integer.valueOf(matcher.group(2)));
    }
    return shares;
  }

  /** Where the examples' keys belong on six partitions. */
  private static SortedMap<Integer, Integer> sharesByKey() {
    SortedMap<Integer, Integer> shares = new TreeMap<>();
    for (int number = 0; number < 1_000; number++) {
      byte[] key = ("customer-" + number % 97).getBytes(StandardCharsets.UTF_8);
      shares.merge(Partitioner.partitionOf(ByteBuffer.wrap(key), 6), 1, Integer::sum);
    }
    return shares;
  }

  private Map<String, String> pythonStubs(String python) throws Exception {
    Path stubs = folder.resolve("stubs");
    List<String> generate =
        List.of(EXAMPLES.resolve("python/generate.sh").toString(), stubs.toString());
    Tool.run(generate, Map.of("PYTHON", python), NO_INPUT).expecting(0);
    return Map.of("PYTHONPATH", stubs.toString(), "PYTHONDONTWRITEBYTECODE", "1");
  }

  private static List<String> pythonExample(String python, String address) {
    return List.of(python, EXAMPLES.resolve("python/keyed_records.py").toString(), address);
  }

  private static List<String> nodeExample(String js, String address) {
    return List.of(js, Installed.NODE_EXAMPLE.resolve("keyed-records.js").toString(), address);
  }

  /** Its port refuses, and nobody else can have it. */
  private static Socket boundAndDeaf() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static String address(Socket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }
}
