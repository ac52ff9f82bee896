package dev.milena.node.bin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder that looks like a checkout to the scripts in bin/: the real scripts, a JDK whose java
 * prints its arguments, a line each, and an mvnw that "builds" by writing the stamps.
 */
final class FakeCheckout {
  /**
   * Prints its arguments. When it is to record, it writes what was asked for at its end; a node
   * gets ready first and ends when it is asked to, as the real one does. An archive is only made of
   * what was recorded. To kafkactl the second node leads.
   */
  private static final String JAVA =
      """
      #!/bin/sh
      mode=none
      for a in "$@"; do
        case $a in
        -XX:AOTMode=*) mode=${a#*=} ;;
        -XX:AOTCacheOutput=*) mode=cache archive=${a#*=} ;;
        -XX:AOTCache=*) archive=${a#*=} ;;
        -XX:AOTConfiguration=*) noted=${a#*=} ;;
        esac
      done
      case $mode in
      none)
        case " $* " in *" dev.milena.cli.Rehearsal "*)
          rm "$(dirname "$0")/../../late-answer" 2>/dev/null && exit 1 ;;
        esac
        for a in "$@"; do echo "$a"; done
        case " $* " in *" quorum --describe "*) echo "LeaderId: 2	Term: 1" ;; esac ;;
      record)
        rm "$(dirname "$0")/../../taken-port" 2>/dev/null && exit 2
        env | grep -E '^(MILENA|KAFKACTL)_' >>"$(dirname "$0")/../../recorded-with"
        trap ': >"$noted"; exit 0' TERM
        echo "milena ready: clients=127.0.0.1:1 quorum=127.0.0.1:2 http=127.0.0.1:3 node=1"
        while :; do sleep 0.05; done ;;
      create) [ ! -f "$(dirname "$0")/../../no-memory" ] && [ "$noted" = node2.noted ] && mv "$noted" "$archive" ;;
      cache) : >"$archive" ;;
      esac
      """;

  private static final String MVNW =
      """
      #!/bin/sh
      echo "[INFO] Building Milena: node 1                          [2/2]"
      mkdir -p node/target/lib cli/target/lib
      : >node/target/lib/b.jar; : >node/target/lib/a.jar
      touch node/target/built cli/target/built
      [ ! -f fail ] || { echo "[ERROR] it does not compile"; exit 1; }
      """;

  private final Path root;

  FakeCheckout(Path root) throws IOException {
    this.root = root;
    copyScripts();
    executable("jdk/bin/java", JAVA);
    executable("jdk/bin/javac", "#!/bin/sh\n");
    write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
    executable("mvnw", MVNW);
    write("pom.xml", "");
    write("node/src/main/java/A.java", "");
  }

  private void copyScripts() throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    try (Stream<Path> scripts = Files.list(Path.of("../bin"))) {
      for (Path script : scripts.toList()) {
        Files.copy(script, bin.resolve(script.getFileName()));
      }
    }
  }

  Path root() {
    return root;
  }

  void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    if (!Files.exists(path)) {
      Files.createDirectories(path.resolve(".."));
    }
    Files.writeString(path, text);
  }

  void executable(String file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Everything built a minute ago, the sources older still. */
  void built() throws IOException {
    for (String module : List.of("node", "cli")) {
      write(module + "/target/built", "");
    }
    write("node/target/lib/b.jar", "");
    write("node/target/lib/a.jar", "");
    write("node/target/archive-recorded", "");
    long now = System.currentTimeMillis();
    for (String file :
        List.of("pom.xml", "node/src/main/java/A.java", "node/src/main/java", "node/src/main")) {
      age(file, now - 120_000);
    }
    age("node/target/built", now - 60_000);
  }

  void age(String file, long whenMs) throws IOException {
    Files.setLastModifiedTime(root.resolve(file), FileTime.fromMillis(whenMs));
  }

  /** How a script ended. */
  record Ended(int code, List<String> out, String errors) {}

  Ended run(String script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("bin").resolve(script).toString());
    command.addAll(List.of(arguments));
    Path out = root.resolve("said.out");
    Path errors = root.resolve("said.err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile());
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().keySet().removeIf(key -> key.startsWith("MILENA"));
    builder.environment().putAll(all);
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " did not end");
    }
    return new Ended(
        process.exitValue(),
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readString(errors));
  }
}
