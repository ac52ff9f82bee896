package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code bin/milena} process on loopback, with ports of the system's choice.
 *
 * <p>Output goes to files beside the data, so that a full pipe never stops the node and a failed
 * test can show what was said. {@link #close()} kills whatever still runs.
 */
public final class NodeProcess implements AutoCloseable {
  /** How long a start may take before a test gives up; generous, since the machine may be busy. */
  public static final Duration START_DEADLINE = Duration.ofSeconds(60);

  /**
   * When all tests run, nodes get by without the optimising compiler: it costs a process that lives
   * for seconds more than it gives. Faults, figures, and whatever is asked for by name, run as a
   * user's node does.
   */
  private static final Map<String, String> USUAL =
      System.getProperty("test") == null && !Boolean.getBoolean("cluster.faults")
          ? Map.of("MILENA_JVM_OPTS", "-XX:TieredStopAtLevel=1")
          : Map.of();

  private static final int LAST_LINES = 60;

  private static final Pattern READY =
      Pattern.compile(
          "milena ready: clients=(\\S+):(\\d+) quorum=(?:(\\S+):(\\d+)|none) http=(\\S+):(\\d+) node=(\\d+)");

  private final Process process;
  private final Path out;
  private final Path err;

  private NodeProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts {@code bin/milena dev} on a data folder and returns at once. */
  public static NodeProcess dev(Path data, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("dev", "--data", data.toString()));
    arguments.addAll(List.of("--port", "0", "--quorum-port", "0", "--http-port", "0"));
    arguments.addAll(List.of(more));
    return run(data.resolveSibling(data.getFileName() + "-said"), Map.of(), arguments);
  }

  /** Starts {@code bin/milena} with these arguments; what it says is kept in {@code said}. */
  public static NodeProcess run(Path said, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Checkout.script("milena").toString());
    command.addAll(arguments);
    return exec(said, environment, command);
  }

  /**
   * Starts a command that becomes a node by exec, so that its process is the node's; what it says
   * is kept in {@code said}.
   */
  public static NodeProcess exec(Path said, Map<String, String> environment, List<String> command)
      throws IOException {
    Files.createDirectories(said);
    Path out = Files.createTempFile(said, "out", ".txt");
    Path err = Files.createTempFile(said, "err", ".txt");
    KeptWords.note(out);
    KeptWords.note(err);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .redirectInput(new java.io.File("/dev/null"));
    builder.environment().putAll(USUAL);
    builder.environment().putAll(environment);
    return new NodeProcess(builder.start(), out, err);
  }

  /** Waits for the ready line. */
  public NodeProcess awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_DEADLINE.toNanos();
    while (!READY.matcher(output()).find()) {
      boolean ended = process.waitFor(5, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() > end) {
        throw new AssertionError(
            (ended ? "milena ended with " + process.exitValue() : "milena did not get ready")
                + "\nstdout: "
                + output()
                + "\nstderr: "
                + errors());
      }
    }
    return this;
  }

  /** Waits until the process ends by itself and returns its exit code. */
  public int awaitExit() throws IOException, InterruptedException {
    if (!process.waitFor(START_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("milena did not end\nstdout: " + output() + "\nstderr: " + errors());
    }
    return process.exitValue();
  }

  /** HOST:PORT for clients, from the ready line. */
  public String clients() throws IOException {
    return part(1);
  }

  /** HOST:PORT of the http listener, from the ready line. */
  public String http() throws IOException {
    return part(5);
  }

  /** kill -9, and waits until the process is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** kill -9, and does not wait. */
  public void beginKill() {
    process.destroyForcibly();
  }

  /** SIGTERM, and waits; returns the exit code. */
  public int stop() throws IOException, InterruptedException {
    process.destroy();
    return awaitExit();
  }

  public long pid() {
    return process.pid();
  }

  /** Whether the process ends in this time; waits for it that long. */
  public boolean endsWithin(long time, TimeUnit unit) throws InterruptedException {
    return process.waitFor(time, unit);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it runs, or with which code it ended, for a failed test. */
  public String state() {
    return process.isAlive() ? "runs" : "has ended with " + process.exitValue();
  }

  /** The last lines of standard error, for a failed test. */
  public String lastErrors() {
    try {
      List<String> lines = errors().lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** All of standard output so far. */
  public String output() throws IOException {
    return Files.readString(out);
  }

  /** All of standard error so far. */
  public String errors() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private String part(int host) throws IOException {
    Matcher ready = READY.matcher(output());
    if (!ready.find()) {
      throw new AssertionError("not ready: " + output());
    }
    return ready.group(host) + ":" + ready.group(host + 1);
  }
}
