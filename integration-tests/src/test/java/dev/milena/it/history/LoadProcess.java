package dev.milena.it.history;

import dev.milena.it.process.KeptWords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A load in a process of its own, as who started it sees it. */
public final class LoadProcess implements AutoCloseable {
  private static final Duration BEGIN = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofMinutes(4);

  /** Far fewer than what all of the load may be. */
  private static final int PARTITIONS = 6;

  private static final int PRODUCERS = 3;
  private static final int CONSUMERS = 4;
  private static final String TOPIC = "watched";

  private final Process process;
  private final Path errors;
  private final LoadSettings load;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final List<String> failures = new ArrayList<>();
  private volatile String topicId = "";
  private volatile long allSinceMs;
  private volatile long acknowledged;
  private volatile boolean done;

  private LoadProcess(Process process, Path errors, LoadSettings load) {
    this.process = process;
    this.errors = errors;
    this.load = load;
  }

  /**
   * Starts one, and waits until it has created its topic.
   *
   * @param where makes of a command one that runs elsewhere, by exec
   * @param bootstrap HOST:PORT of each node, as seen from there
   * @param leastPatienceMs how long the least patient producer tries to write a record
   * @param folder where the histories come; made if need be
   */
  public static LoadProcess start(
      UnaryOperator<List<String>> where,
      List<String> bootstrap,
      int recordsPerTurn,
      int leastPatienceMs,
      Path folder)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    LoadSettings load =
        new LoadSettings(
            bootstrap,
            TOPIC,
            PARTITIONS,
            PRODUCERS,
            CONSUMERS,
            recordsPerTurn,
            leastPatienceMs,
            folder);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                LoadMain.class.getName()));
    command.addAll(load.words());
    Path errors = folder.resolve("load.err");
    KeptWords.note(errors);
    Process process =
        new ProcessBuilder(where.apply(command)).redirectError(errors.toFile()).start();
    LoadProcess started = new LoadProcess(process, errors, load);
    Thread.ofPlatform().daemon().name("load-lines").start(started::listen);
    if (!started.begun.await(BEGIN.toSeconds(), TimeUnit.SECONDS) || started.topicId.isEmpty()) {
      started.close();
      throw new AssertionError("the load did not begin: " + Files.readString(errors));
    }
    return started;
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException ended) {
      // awaitEnd tells how
    } finally {
      begun.countDown();
    }
  }

  private void take(String line) {
    if (line.startsWith(LoadMain.TOPIC)) {
      topicId = line.substring(LoadMain.TOPIC.length());
      begun.countDown();
    } else if (line.startsWith(LoadMain.PROGRESS)) {
      String[] words = line.split(" ");
      allSinceMs = Long.parseLong(words[1]);
      acknowledged = Long.parseLong(words[2]);
    } else if (line.equals(LoadMain.DONE)) {
      done = true;
    } else {
      synchronized (failures) {
        failures.add(line);
      }
    }
  }

  public String topicId() {
    return topicId;
  }

  public String topic() {
    return load.topic();
  }

  public int partitions() {
    return load.partitions();
  }

  /** Since then, by the wall clock, something was sent to each partition and acknowledged. */
  public long allSinceMs() {
    return allSinceMs;
  }

  /** How many records were acknowledged so far. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Fails when it has ended. */
  public void assertRuns() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("the load has ended: " + Files.readString(errors));
    }
  }

  /** Ends it in order, with a last reading of all there is; what failed for what reason. */
  public List<String> stop() throws IOException, InterruptedException {
    try (OutputStreamWriter in =
        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
      in.write("stop\n");
    }
    if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)
        || process.exitValue() != 0
        || !isDone()) {
      throw new AssertionError("the load did not end well: " + Files.readString(errors));
    }
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** The last line may be read a moment after the process has ended. */
  private boolean isDone() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!done && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return done;
  }

  /** The histories that it wrote. */
  public History history() {
    return new History(load.folder(), TOPIC, load.partitions());
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
