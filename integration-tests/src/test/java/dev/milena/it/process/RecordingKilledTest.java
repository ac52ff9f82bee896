package dev.milena.it.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What bin/record-archive.sh leaves when it is killed while it records. Its JVMs are a script here,
 * which notes its process and then does nothing, as a node of whom nobody asks anything.
 */
@Timeout(60)
class RecordingKilledTest {
  private static final String RECORD =
      """
      milena_home=$1
      . "$1/bin/launch.sh"
      milena_nodes=
      . "$1/bin/record-archive.sh"
      JAVA_HOME=$2
      milena_record_archives
      """;

  private static final String IDLE_JVM =
      """
      #!/bin/sh
      echo $$ >>"${0%/bin/java}/started"
      exec sleep 300
      """;

  private static final int NODES = 3;
  private static final long LOOK_MS = 20;

  @TempDir Path folder;

  @Test
  void itsNodesAndTheirFolderEndWithIt() throws Exception {
    Path started = idleJdk().resolve("started");
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    Process script = record(scratch);
    try {
      await(() -> Files.exists(started) && Files.readAllLines(started).size() == NODES);
      List<ProcessHandle> nodes = processes(started);
      assertTrue(nodes.size() == NODES && !listed(scratch).isEmpty(), "killed before it had begun");

      script.destroyForcibly().waitFor();

      for (ProcessHandle node : nodes) {
        node.onExit().get(10, TimeUnit.SECONDS);
      }
      await(() -> listed(scratch).isEmpty());
    } finally {
      script.destroyForcibly();
      processes(started).forEach(ProcessHandle::destroyForcibly);
    }
  }

  private Path idleJdk() throws IOException {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, IDLE_JVM);
    assertTrue(java.toFile().setExecutable(true));
    return folder.resolve("jdk");
  }

  /** Runs the script as bin/launch.sh does, in a checkout that has nothing but scripts. */
  private Process record(Path scratch) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(home.resolve("node/target"));
    Files.createFile(home.resolve("pom.xml"));
    Path bin = Files.createDirectory(home.resolve("bin"));
    for (Path script : listed(Checkout.root().resolve("bin"))) {
      Files.copy(script, bin.resolve(script.getFileName()));
    }
    String jdk = folder.resolve("jdk").toString();
    ProcessBuilder record =
        new ProcessBuilder("sh", "-c", RECORD, "record", home.toString(), jdk).inheritIO();
    record.environment().put("TMPDIR", scratch.toString());
    return record.start();
  }

  private static List<ProcessHandle> processes(Path started) throws IOException {
    try (Stream<String> lines = Files.exists(started) ? Files.lines(started) : Stream.empty()) {
      return lines.flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream()).toList();
    }
  }

  private static List<Path> listed(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private static void await(Condition condition) throws IOException {
    while (!condition.holds()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
  }

  /** Of files, so it may fail. */
  private interface Condition {
    boolean holds() throws IOException;
  }
}
