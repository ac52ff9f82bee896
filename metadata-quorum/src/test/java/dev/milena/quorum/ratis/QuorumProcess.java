package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Voter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Drives a {@link QuorumNode} in a process of its own. */
final class QuorumProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final BufferedReader out;
  private final BufferedWriter in;

  private QuorumProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a node; what it logs goes to a file beside its folder.
   *
   * @param listenHost where it listens, if not where the others meet it
   * @param flags further ones for its JVM
   */
  static QuorumProcess start(
      Voter self, String listenHost, Path folder, List<Voter> voters, List<String> flags)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel="
                    + System.getProperty("node.log", "warn"),
                "-Dorg.slf4j.simpleLogger.showDateTime=true"));
    command.addAll(flags);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            QuorumNode.class.getName(),
            Integer.toString(self.id()),
            listenHost,
            Integer.toString(self.port()),
            folder.toString()));
    voters.forEach(voter -> command.add(voter.toString()));
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new QuorumProcess(process, log);
  }

  /** The next line that it says. */
  String line() throws IOException {
    String line = out.readLine();
    assertTrue(line != null, () -> "the node ended by itself:\n" + lastLines(log));
    return line;
  }

  /** What was logged last, for a failed test. */
  static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 120), lines.size()));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** Waits until it has started, or has ended because it could not. */
  boolean startedOrEnded() throws IOException {
    return "started".equals(out.readLine());
  }

  /** Sends a command; its answer is the next {@link #line}. */
  void tell(String command) throws IOException {
    in.write(command + "\n");
    in.flush();
  }

  /** Sends a command and waits for its answer. */
  String ask(String command) throws IOException {
    tell(command);
    return line();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it ends by itself; returns with what. */
  int awaitExit() throws InterruptedException {
    assertTrue(
        process.waitFor(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS),
        () -> "it did not end:\n" + lastLines(log));
    return process.exitValue();
  }

  /** Ends it at once, as a crash would. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "not killed");
  }

  /** Stops it from running on, as a frozen machine does. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it run on. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
    assertTrue(kill.waitFor(10, TimeUnit.SECONDS) && kill.exitValue() == 0, "no signal " + name);
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
  }
}
