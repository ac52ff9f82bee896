package dev.milena.it.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.Checkout;
import dev.milena.it.process.Tool;
import dev.milena.it.process.Tool.Ended;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ExamplesTest {
  private static final Path EXAMPLES = Checkout.root().resolve("examples");
  private static final Path NO_INPUT = Path.of("/dev/null");

  @TempDir Path folder;

  @Test
  void thePythonExampleSaysThatNobodyIsThere() throws Exception {
    String python = Installed.python();
    Map<String, String> stubs = pythonStubs(python);

    Ended ended = Tool.run(pythonExample(python, closedPort()), stubs, NO_INPUT).expecting(1);

    assertTrue(ended.errors().startsWith("UNAVAILABLE"), ended.errors());
  }

  @Test
  void theNodeExampleSaysThatNobodyIsThere() throws Exception {
    String js = Installed.node();

    Ended ended = Tool.run(nodeExample(js, closedPort()), Map.of(), NO_INPUT).expecting(1);

    assertTrue(ended.errors().startsWith("UNAVAILABLE"), ended.errors());
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

  /** A port that was free a moment ago. */
  private static String closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
