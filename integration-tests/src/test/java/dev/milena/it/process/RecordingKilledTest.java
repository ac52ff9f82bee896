package dev.milena.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
      milena_watch=
      . "$1/bin/record-archive.sh"
      JAVA_HOME=$2
      milena_record_archives
      """;

  private static final String IDLE_JVM =
      """
      #!/bin/sh
      echo $$ >"${0%/bin/java}/started"
      exec sleep 300
      """;

  private static final int NODES = 3;

  @TempDir Path folder;

  @Test
  void itsNodesAndTheirFolderEndWithIt() throws Exception {
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    // opened for both, or it would end between two writers
    try (var started = new RandomAccessFile(idleJdk().resolve("started").toFile(), "rw")) {
      Process script = record(scratch);
      List<ProcessHandle> all = new ArrayList<>();
      try {
        for (int node = 0; node < NODES; node++) {
          all.add(ProcessHandle.of(Long.parseLong(started.readLine())).orElseThrow());
        }
        // and the one that watches
        script.descendants().forEach(all::add);
        assertFalse(listed(scratch).isEmpty(), "killed before it had begun");

        script.destroyForcibly().waitFor();

        for (ProcessHandle process : all) {
          process.onExit().get(10, TimeUnit.SECONDS);
        }
        assertEquals(List.of(), listed(scratch));
      } finally {
        script.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
      }
    }
  }

  private Path idleJdk() throws IOException, InterruptedException {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, IDLE_JVM);
    assertTrue(java.toFile().setExecutable(true));
    Tool.run(
            List.of("mkfifo", folder.resolve("jdk/started").toString()),
            Map.of(),
            Path.of("/dev/null"))
        .expecting(0);
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

  private static List<Path> listed(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
