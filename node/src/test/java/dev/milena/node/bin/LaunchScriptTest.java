package dev.milena.node.bin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  void aBuildStopsTheNodeItRecordsAndKeepsTheArchives() throws Exception {
    FakeCheckout.Ended ended = checkout.run("milena", Map.of(), "dev");
    assertEquals(0, ended.code(), ended.errors());
    assertFalse(ended.errors().contains("no start-up archive"), ended.errors());
    String target = checkout.root().toRealPath() + "/node/target/node.aot";
    assertTrue(ended.out().contains("-XX:AOTCache=" + target), ended.out().toString());
    assertTrue(Files.exists(checkout.root().resolve("cli/target/cli.aot")));
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
