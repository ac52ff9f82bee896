package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.client.FakeCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The tool run against brokers in this process. */
abstract class ToolOnCluster {
  final FakeCluster cluster = new FakeCluster(1);
  ToolRun tool = new ToolRun("");

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Runs a command, split at blanks, against the fake cluster. */
  int run(String command) {
    List<String> args = new ArrayList<>(Arrays.asList(command.split(" ")));
    args.addAll(List.of("--bootstrap-server", cluster.bootstrap()));
    return tool.run(args);
  }

  int run(String command, byte[] in) {
    tool = new ToolRun(in);
    return run(command);
  }

  int run(String command, String in) {
    return run(command, in.getBytes(StandardCharsets.UTF_8));
  }

  void runs(String command, String expected) {
    int code = run(command);
    assertEquals(expected, tool.out(), tool.talk());
    assertEquals(0, code);
  }

  void refuses(String command, int expectedCode, String expectedTalk) {
    int code = run(command);
    assertEquals(expectedTalk, tool.talk());
    assertEquals(expectedCode, code);
    assertEquals("", tool.out());
  }
}
