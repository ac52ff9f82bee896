package dev.milena.it.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end, with a deadline, and keeps what it said. */
public final class Tool {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private Tool() {}

  /** How a command ended; {@code latin1} is standard output, a character for each byte. */
  public record Ended(int exitCode, String latin1, String errors) {
    /** Standard output as text. */
    public String text() {
      return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Fails the test unless the exit code is the expected one. */
    public Ended expecting(int code) {
      if (exitCode != code) {
        throw new AssertionError(
            "exit code " + exitCode + ", expected " + code + "\n" + text() + "\n" + errors);
      }
      return this;
    }
  }

  /** {@code bin/kafkactl} against a node. */
  public static Ended kafkactl(NodeProcess node, String... arguments) throws Exception {
    return kafkactl(node, Path.of("/dev/null"), arguments);
  }

  /** {@code bin/kafkactl} against a node, with a file as standard input. */
  public static Ended kafkactl(NodeProcess node, Path input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Checkout.script("kafkactl").toString());
    command.addAll(List.of(arguments));
    return run(command, Map.of("KAFKACTL_BOOTSTRAP_SERVER", node.clients()), input);
  }

  /** Any command. */
  public static Ended run(List<String> command, Map<String, String> environment, Path input)
      throws IOException, InterruptedException {
    return run(command, environment, input, DEADLINE);
  }

  /** A command that has its own deadline. */
  public static Ended run(
      List<String> command, Map<String, String> environment, Path input, Duration deadline)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("milena-tool", ".out");
    Path err = Files.createTempFile("milena-tool", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(Checkout.root().toFile())
              .redirectInput(input.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            command + " did not end within " + deadline + "\n" + Files.readString(err));
      }
      return new Ended(
          process.exitValue(),
          Files.readString(out, StandardCharsets.ISO_8859_1),
          Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
