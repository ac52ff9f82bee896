package dev.milena.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.LogDirectory;
import dev.milena.log.disk.JdkDisk;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Directories in which nothing is yet, and settings that were corrected since. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class UnusedDirectoriesTest {
  private static final UUID SLIP = new UUID(1, 2);
  private static final UUID RIGHT = new UUID(3, 4);

  @TempDir private Path temp = Path.of("");

  @Test
  void aDirectoryThatHoldsNothingYetTakesTheClusterOfTheSettings() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));

    assertEquals(RIGHT, claimed(derived(RIGHT), a));
    assertEquals(RIGHT, claimed(WantedCluster.ANY, a), "it is written down");
  }

  @Test
  void soItDoesWhereTheSettingsNameTheClusterItself() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));

    assertEquals(RIGHT, claimed(new WantedCluster(Optional.of(RIGHT), Optional.of(RIGHT)), a));
  }

  @Test
  void settingsThatNameNoClusterLeaveItAsItIs() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));

    assertEquals(SLIP, claimed(WantedCluster.ANY, a));
  }

  @Test
  void whatHoldsAnythingKeepsItsCluster() throws Exception {
    for (String something :
        List.of(
            "milena.quorum/raft/current",
            "milena.quorum/formation",
            "milena.quorum/raft-removed/x",
            "milena.quorum/reached",
            "AAAAAAAAAAAAAAAAAAAAAA-0",
            "AAAAAAAAAAAAAAAAAAAAAA-0.deleted",
            "unheard-of.file")) {
      Path a = refusedOnce(temp.resolve("kept" + something.hashCode()));
      Files.createDirectories(a.resolve(something).getParent());
      Files.writeString(a.resolve(something), "x");

      assertEquals(SLIP, claimed(derived(RIGHT), a), something);
    }
  }

  /** A process that is refused ends at once, whatever it is writing. */
  @Test
  void whatWasBeingWrittenWhenTheProcessEndedIsNothing() throws Exception {
    for (String file : List.of("checkpoint", "reserve", "directory", "clean")) {
      Path a = refusedOnce(temp.resolve("half" + file));
      Files.writeString(a.resolve("milena." + file + ".tmp"), "x");

      assertEquals(RIGHT, claimed(derived(RIGHT), a), file);
    }
  }

  @Test
  void aMemberThatHadALogKeepsItsCluster() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));
    Path identity = a.resolve("milena.quorum/identity");
    Files.writeString(identity, Files.readString(identity) + "opened\n");

    assertEquals(SLIP, claimed(derived(RIGHT), a));
  }

  @Test
  void theDirectoryOfABrokerThatWasRegisteredKeepsItsCluster() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));
    try (LogDirectory log = LogDirectory.open(new JdkDisk(), a, new UUID(9, 9))) {
      log.beginIncarnation(new UUID(5, 6));
    }

    assertEquals(SLIP, claimed(derived(RIGHT), a));
  }

  @Test
  void oneOfSeveralThatHoldsSomethingKeepsThemAll() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));
    Path b = temp.resolve("b");
    claimed(derived(SLIP), a, b);
    Files.createDirectory(b.resolve("AAAAAAAAAAAAAAAAAAAAAA-0"));

    assertEquals(SLIP, claimed(derived(RIGHT), a, b));
  }

  /** The power cut between the two marks. */
  @Test
  void whatWasCutOffHalfwayIsFinished() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));
    Path b = temp.resolve("b");
    claimed(derived(SLIP), a, b);
    claimed(derived(RIGHT), a);

    assertEquals(RIGHT, claimed(derived(RIGHT), a, b));
    assertEquals(RIGHT, claimed(WantedCluster.ANY, b, a));
  }

  @Test
  void anotherNodesDirectoryIsRefusedThoughItHoldsNothing() throws Exception {
    Path a = refusedOnce(temp.resolve("a"));

    CannotStart refused =
        assertThrows(CannotStart.class, () -> claim(2, derived(RIGHT), a).close());

    assertEquals(ExitCode.STORAGE, refused.code());
    assertTrue(refused.sentence().contains("belongs to node 1"), refused.sentence());
  }

  /** What a voter leaves behind that waited for the others, and was refused. */
  private static Path refusedOnce(Path directory) throws Exception {
    try (DataDirectories claimed = claim(1, derived(SLIP), directory)) {
      claimed.secret();
    }
    Path quorum = Files.createDirectories(directory.resolve("milena.quorum"));
    Files.createDirectories(quorum.resolve("live"));
    Files.writeString(
        quorum.resolve("identity"),
        "milena quorum 1\ncluster AAAAAAAAAAEAAAAAAAAAAg\nnode 1\ndirectory BBBBBBBBBBBBBBBBBBBBBB\n");
    LogDirectory.open(new JdkDisk(), directory, new UUID(9, 9)).close();
    return directory;
  }

  private static WantedCluster derived(UUID cluster) {
    return new WantedCluster(Optional.empty(), Optional.of(cluster));
  }

  private static UUID claimed(WantedCluster wanted, Path... logs) throws CannotStart {
    try (DataDirectories claimed = claim(1, wanted, logs)) {
      return claimed.clusterId();
    }
  }

  private static DataDirectories claim(int nodeId, WantedCluster wanted, Path... logs)
      throws CannotStart {
    return DataDirectories.claim(
        nodeId, List.of(logs), logs[0], wanted, UUID::randomUUID, SettingNames.KEYS, new JdkDisk());
  }
}
