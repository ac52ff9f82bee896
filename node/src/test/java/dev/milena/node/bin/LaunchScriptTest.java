package dev.milena.node.bin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** bin/milena and bin/kafka-server-start.sh up to the JVM. */
@DisabledOnOs(OS.WINDOWS)
class LaunchScriptTest {
  private final FakeCheckout checkout;

  LaunchScriptTest(@TempDir Path temp) throws IOException {
    checkout = new FakeCheckout(Files.createDirectories(temp.resolve("with blank")));
  }

  @Test
  void aBuiltCheckoutBuildsNothingAndBecomesTheJvm() throws Exception {
    checkout.built();
    FakeCheckout.Ended ended =
        checkout.run(
            "milena", Map.of("MILENA_JVM_OPTS", "-Xmx99m -Dx=*"), "dev", "--data", "a b", "");

    assertEquals(0, ended.code());
    assertEquals("", ended.errors());
    String lib = checkout.root().toRealPath() + "/node/target/lib/";
    List<String> out = ended.out();
    int classPath = out.indexOf("-cp");
    assertEquals(
        List.of(
            "-Xmx99m",
            "-Dx=*",
            "-cp",
            lib + "a.jar:" + lib + "b.jar",
            "dev.milena.node.Milena",
            "dev",
            "--data",
            "a b",
            ""),
        out.subList(classPath - 2, out.size()));
    assertTrue(out.contains("--enable-native-access=ALL-UNNAMED"), out.toString());
    assertTrue(out.contains("-XX:+ExitOnOutOfMemoryError"), out.toString());
  }

  @Test
  void whereThereAreNoSourcesARuntimeWithoutCompilerIsEnough() throws Exception {
    checkout.built();
    Files.delete(checkout.root().resolve("pom.xml"));
    Files.delete(checkout.root().resolve("jdk/bin/javac"));

    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");

    assertEquals(0, ended.code(), ended.errors());
    assertTrue(ended.out().contains("dev.milena.node.Milena"), ended.out().toString());
  }

  @Test
  void theStartUpArchiveIsUsedWhenItIsThere() throws Exception {
    checkout.built();
    checkout.write("node/target/node.aot", "");
    String flag = "-XX:AOTCache=" + checkout.root().toRealPath() + "/node/target/node.aot";
    assertTrue(checkout.run("milena", Map.of(), "dev").out().contains(flag));
  }

  @Test
  void aSourceThatChangedIsBuiltOnce() throws Exception {
    checkout.built();
    checkout.age("node/src/main/java/A.java", System.currentTimeMillis());

    FakeCheckout.Ended first = checkout.run("milena", Map.of(), "dev");
    assertEquals(0, first.code(), first.errors());
    assertTrue(first.errors().contains("milena: building node (2/2)"), first.errors());
    assertTrue(first.out().contains("dev.milena.node.Milena"));

    assertEquals("", checkout.run("milena", Map.of(), "dev").errors());
    assertFalse(Files.exists(checkout.root().resolve("target/building")));
  }

  /** The signal once went to a shell around the node: no archive, and a node left running. */
  @Test
  void aBuildStopsTheNodesItRecordsAndKeepsTheArchives() throws Exception {
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(0, ended.code(), ended.errors());
    assertFalse(ended.errors().contains("no start-up archive"), ended.errors());
    String target = checkout.root().toRealPath() + "/node/target/node.aot";
    assertTrue(ended.out().contains("-XX:AOTCache=" + target), ended.out().toString());
    assertTrue(Files.exists(checkout.root().resolve("cli/target/cli.aot")));
  }

  /**
   * The JVM passes over an archive whose jars have another time, and each build dates them anew.
   */
  @Test
  void jarsThatABuildWroteSinceAreRecordedAgainUnlessTheyAreTheSame() throws Exception {
    checkout.built();
    checkout.write("node/target/lib/a.jar", "other");
    checkout.age("node/target/archive-recorded", System.currentTimeMillis() - 30_000);
    String errors = checkout.run("milena", Map.of(), "dev").errors();
    assertTrue(errors.contains("recording a start-up archive"), errors);
    assertEquals("", checkout.run("milena", Map.of(), "dev").errors());

    Path jar = checkout.root().resolve("node/target/lib/a.jar");
    FileTime recorded = Files.getLastModifiedTime(jar);
    checkout.age("node/target/lib/a.jar", System.currentTimeMillis() + 5_000);
    assertEquals("", checkout.run("milena", Map.of(), "dev").errors());
    assertEquals(recorded, Files.getLastModifiedTime(jar));
  }

  @Test
  void theRecordingKnowsNothingOfTheUsersSettings() throws Exception {
    Map<String, String> settings =
        Map.of("MILENA_METADATA_LOG_DIR", "/var/m m", "KAFKACTL_BOOTSTRAP_SERVER", "elsewhere:1");
    assertEquals(0, checkout.run("milena", settings, "dev").code());
    assertEquals("", Files.readString(checkout.root().resolve("recorded-with")));
  }

  @Test
  void aRecordingWhosePortIsTakenGoesOnWithAnother() throws Exception {
    checkout.write("taken-port", "");
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(0, ended.code(), ended.errors());
    assertFalse(Files.exists(checkout.root().resolve("taken-port")));
    assertTrue(Files.exists(checkout.root().resolve("node/target/node.aot")), ended.errors());
  }

  /** On a busy machine a rehearsal's call is not answered in time, now and then. */
  @Test
  void aRecordingThatFailsOnceIsMadeOnceMore() throws Exception {
    checkout.write("late-answer", "");
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(0, ended.code(), ended.errors());
    assertFalse(ended.errors().contains("no start-up archive"), ended.errors());
    assertFalse(Files.exists(checkout.root().resolve("late-answer")));
    assertTrue(Files.exists(checkout.root().resolve("node/target/node.aot")), ended.errors());
  }

  @Test
  void aRecordingThatFailsIsSaidEvenWhereAnEarlierArchiveLies() throws Exception {
    checkout.write("no-memory", "");
    checkout.write("node/target/node.aot", "of an earlier build");
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertTrue(ended.errors().contains("no start-up archive"), ended.errors());
    assertEquals(0, ended.code(), ended.errors());
  }

  /** A shell hears of a signal only when what it waits for in the foreground has ended. */
  @Test
  void aRehearsalCanBeInterrupted() throws Exception {
    String java = Files.readString(checkout.root().resolve("jdk/bin/java"));
    checkout.executable(
        "jdk/bin/java",
        java.replace(
            "mode=none",
            """
            mode=none
            case " $* " in *" dev.milena.cli.Rehearsal "*)
              echo $$ >"$(dirname "$0")/../../rehearsing"
              exec sleep 60 ;;
            esac\
            """));
    checkout.executable(
        "bin/interrupted",
        """
        #!/bin/sh
        bin/milena dev &
        milena=$!
        until [ -s rehearsing ]; do sleep 0.05; done
        kill -TERM $milena
        wait $milena
        echo $?
        kill -0 "$(cat rehearsing)" 2>/dev/null || echo stopped
        """);
    FakeCheckout.Ended ended = checkout.run("interrupted", Map.of());
    assertEquals(List.of("143", "stopped"), ended.out(), ended.errors());
  }

  @Test
  void anInterruptedRecordingLeavesNoNodesAndNoScratchFolder() throws Exception {
    checkout.executable(
        "jdk/bin/java",
        """
        #!/bin/sh
        echo $$ >>"$(dirname "$0")/../../recorded-nodes"
        exec sleep 60
        """);
    Path scratch = Files.createDirectories(checkout.root().resolve("scratch"));
    checkout.executable(
        "bin/interrupted",
        """
        #!/bin/sh
        bin/milena dev &
        milena=$!
        until [ "$(cat recorded-nodes 2>/dev/null | wc -l)" -ge 3 ]; do sleep 0.05; done
        kill -TERM $milena
        wait $milena
        echo $?
        while read -r node; do
          kill -0 "$node" 2>/dev/null || echo stopped
        done <recorded-nodes
        """);
    FakeCheckout.Ended ended = checkout.run("interrupted", Map.of("TMPDIR", scratch.toString()));
    assertEquals(List.of("143", "stopped", "stopped", "stopped"), ended.out(), ended.errors());
    try (Stream<Path> left = Files.list(scratch)) {
      assertEquals(List.of(), left.toList());
    }
    assertFalse(Files.exists(checkout.root().resolve("target/building")));
  }

  @Test
  void aRemovedSourceIsNoticedToo() throws Exception {
    checkout.built();
    Files.delete(checkout.root().resolve("node/src/main/java/A.java"));
    assertTrue(checkout.run("milena", Map.of(), "dev").errors().contains("milena: building"));
  }

  @Test
  void aFailedBuildSaysWhyAndEndsWithOne() throws Exception {
    checkout.write("fail", "");
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(1, ended.code());
    assertEquals(List.of(), ended.out());
    assertTrue(ended.errors().contains("it does not compile"), ended.errors());
    assertTrue(ended.errors().contains("node/target/build.log has all of it"), ended.errors());
    assertFalse(Files.exists(checkout.root().resolve("target/building")));
  }

  @Test
  void theLockOfABuildThatWasKilledIsTakenOver() throws Exception {
    checkout.write("target/building/process", "999999999\n");
    assertEquals(0, checkout.run("milena", Map.of(), "dev").code());
  }

  /** In a container that starts again the numbers of processes begin anew. */
  @Test
  void aLockWithOurOwnNumberIsOfAnEarlierLife() throws Exception {
    checkout.write("target/building/process", "");
    checkout.executable(
        "bin/again", "#!/bin/sh\necho $$ >target/building/process\nexec bin/milena dev\n");
    assertEquals(0, checkout.run("again", Map.of()).code());
  }

  @Test
  void aLockThatCannotBeMadeIsSaidAtOnce() throws Exception {
    checkout.write("target/building", "a file");
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(1, ended.code());
    assertTrue(ended.errors().startsWith("milena: cannot build: mkdir"), ended.errors());
  }

  @Test
  void kafkasScriptPassesItsOptionsOn() throws Exception {
    checkout.built();
    List<String> out =
        checkout
            .run("kafka-server-start.sh", Map.of(), "s p.properties", "--override", "log.dirs=a b")
            .out();
    assertEquals(
        List.of("start", "s p.properties", "--set", "log.dirs=a b"),
        out.subList(out.indexOf("dev.milena.node.Milena") + 1, out.size()));

    assertEquals(2, checkout.run("kafka-server-start.sh", Map.of()).code());
    FakeCheckout.Ended zookeeper =
        checkout.run("kafka-server-start.sh", Map.of(), "--zookeeper", "localhost:2181");
    assertEquals(2, zookeeper.code());
    assertEquals(
        "Milena coordinates itself and has no ZooKeeper; use --bootstrap-server HOST:9092\n",
        zookeeper.errors());
  }
}
