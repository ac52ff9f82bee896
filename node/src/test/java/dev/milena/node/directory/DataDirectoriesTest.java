package dev.milena.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoriesTest {
  @TempDir private Path temp = Path.of("");

  private static DataDirectories claim(int nodeId, Path metadata, Path... logs) throws CannotStart {
    return DataDirectories.claim(
        nodeId,
        List.of(logs),
        metadata,
        WantedCluster.ANY,
        UUID::randomUUID,
        SettingNames.KEYS,
        new JdkDisk());
  }

  private static String refusal(int nodeId, Path metadata, Path... logs) {
    CannotStart refused =
        assertThrows(CannotStart.class, () -> claim(nodeId, metadata, logs).close());
    assertEquals(ExitCode.STORAGE, refused.code());
    return refused.sentence();
  }

  @Test
  void whatNamesAnotherDirectoryIsCalledAsWhoeverStartsTheNodeKnowsIt() throws Exception {
    Path foreign = Files.createDirectories(temp.resolve("foreign"));
    Files.writeString(foreign.resolve("somebodys"), "x");
    String beginning =
        "data directory %s holds somebodys and no meta.properties, so it is not Milena's; name an empty directory with "
            .formatted(foreign);

    assertEquals(beginning + "log.dirs", refusal(1, foreign, foreign));
    CannotStart inDev =
        assertThrows(
            CannotStart.class,
            () ->
                DataDirectories.claim(
                    1,
                    List.of(foreign),
                    foreign,
                    WantedCluster.ANY,
                    UUID::randomUUID,
                    SettingNames.OPTIONS,
                    new JdkDisk()));
    assertEquals(beginning + "--data", inDev.sentence());
  }

  @Test
  void newDirectoriesAreMarkedAndKnownAgain() throws Exception {
    Path a = temp.resolve("deep/a");
    Path b = temp.resolve("b");
    UUID cluster;
    List<ClaimedDirectory> directories;
    try (DataDirectories claimed = claim(7, a, a, b)) {
      cluster = claimed.clusterId();
      directories = claimed.logs();
    }
    assertEquals(List.of(a, b), directories.stream().map(ClaimedDirectory::path).toList());
    String text = Files.readString(a.resolve("meta.properties"));
    assertTrue(text.contains("node.id=7\n") && text.contains("version=1\n"), text);

    try (DataDirectories again = claim(7, a, a, b)) {
      assertEquals(cluster, again.clusterId());
      assertEquals(directories, again.logs());
    }
  }

  @Test
  void aNewDiskJoinsTheClusterOfTheOthers() throws Exception {
    Path a = temp.resolve("a");
    UUID cluster;
    try (DataDirectories claimed = claim(1, a, a)) {
      cluster = claimed.clusterId();
    }
    try (DataDirectories claimed = claim(1, a, a, temp.resolve("b"))) {
      assertEquals(cluster, claimed.clusterId());
      assertEquals(2, claimed.logs().size());
    }
  }

  @Test
  void anotherNodesDirectoryIsRefused() throws Exception {
    Path a = temp.resolve("a");
    claim(1, a, a).close();
    String sentence = refusal(2, a, a);
    assertTrue(sentence.contains(a + "/meta.properties says"), sentence);
    assertTrue(sentence.contains("belongs to node 1, and this is node 2 (node.id)"), sentence);
  }

  @Test
  void directoriesOfTwoClustersAreRefused() throws Exception {
    Path a = temp.resolve("a");
    Path b = temp.resolve("b");
    claim(1, a, a).close();
    claim(1, b, b).close();
    assertTrue(refusal(1, a, a, b).contains("belongs to cluster"));
  }

  @Test
  void aLostMetadataDirectoryIsNotTakenForANewCluster() throws Exception {
    Path a = temp.resolve("a");
    claim(1, a, a).close();
    String sentence = refusal(1, temp.resolve("quorum"), a);
    assertTrue(sentence.contains("put the lost directory back"), sentence);
    assertFalse(Files.exists(temp.resolve("quorum/meta.properties")));
  }

  /** What is in the way of the second mark stands for the power cut between the two writes. */
  @Test
  void aFirstStartThatIsCutOffBetweenTwoMarksIsFinishedByTheNext() throws Exception {
    Path log = temp.resolve("log");
    Path quorum = temp.resolve("quorum");
    Path inTheWay = Files.createDirectories(log.resolve(".meta.properties"));
    refusal(1, quorum, log);
    assertTrue(Files.exists(quorum.resolve("meta.properties")));
    Files.delete(inTheWay);

    try (DataDirectories claimed = claim(1, quorum, log)) {
      assertEquals(List.of(log), claimed.logs().stream().map(ClaimedDirectory::path).toList());
    }
  }

  @Test
  void aMarkOfAnEarlierVersionWithAnIdThatNobodyReadGoesOnWorking() throws Exception {
    Path a = temp.resolve("a");
    claim(1, a, a).close();
    Path file = a.resolve("meta.properties");
    assertFalse(Files.readString(file).contains("directory.id"), "milena.directory has it");
    Files.writeString(file, Files.readString(file) + "directory.id=BBBBBBBBBBBBBBBBBBBBBB\n");
    claim(1, a, a).close();
  }

  /** node.id was once written in the digits of the user's language, and not understood again. */
  @Test
  void theMarkIsTheSameInEveryLanguage() throws Exception {
    Path a = temp.resolve("a");
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      claim(17, a, a).close();
      claim(17, a, a).close();
      assertTrue(refusal(2, a, a).contains("belongs to node 17, and this is node 2"));
    } finally {
      Locale.setDefault(before);
    }
    assertTrue(Files.readString(a.resolve("meta.properties")).contains("node.id=17\n"));
  }

  @Test
  void aSecondUserOfADirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
    Path a = temp.resolve("a");
    try (DataDirectories first = claim(1, a, a)) {
      String sentence = refusal(1, a, a);
      assertTrue(
          sentence.contains("in use by another process (process " + ProcessHandle.current().pid()),
          sentence);
      assertEquals(1, first.logs().size());
    }
    claim(1, a, a).close();
  }

  @Test
  void whatARefusedClaimLockedIsFreeAgain() throws Exception {
    Path a = temp.resolve("a");
    Path b = temp.resolve("b");
    claim(1, a, a).close();
    claim(2, b, b).close();
    refusal(1, a, a, b);
    claim(2, b, b).close();
  }

  @Test
  void kafkasAndOtherPeoplesDirectoriesAreRefused() throws Exception {
    Path kafka = Files.createDirectories(temp.resolve("kafka"));
    Files.writeString(
        kafka.resolve("meta.properties"),
        "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=1\ndirectory.id=BBBBBBBBBBBBBBBBBBBBBB\n");
    assertTrue(refusal(1, kafka, kafka).contains("was written by Apache Kafka"));

    Path home = Files.createDirectories(temp.resolve("home"));
    Files.writeString(home.resolve("letter.txt"), "dear");
    assertTrue(refusal(1, home, home).contains("holds letter.txt and no meta.properties"));
  }

  @Test
  void aDamagedMarkIsNamedWithWhatIsWrong() throws Exception {
    Path a = temp.resolve("a");
    claim(1, a, a).close();
    Path file = a.resolve("meta.properties");
    String good = Files.readString(file);
    damage(a, good.replace("version=1", "version=2"), "has version 2");
    damage(a, good.replace("node.id=1", "node.id=9999999999"), "has no usable node.id");
    damage(a, good.replaceAll("cluster.id=.*", "cluster.id=x"), "has no usable cluster.id: \"x\"");
    damage(a, "", "does not say software=milena");
    damage(a, good + "x=\\u12", "is not a properties file");
  }

  private static void damage(Path directory, String text, String expected) throws IOException {
    Path file = Files.writeString(directory.resolve("meta.properties"), text);
    String sentence = refusal(1, directory, directory);
    assertTrue(sentence.contains(file + " " + expected), sentence);
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsSaid() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertTrue(refusal(1, file, file).contains(file + " is a file"));
    Path below = file.resolve("below");
    assertTrue(refusal(1, below, below).contains("data directory " + below + " cannot be used"));
  }

  @Test
  void aPlaceWhereNoFolderCanBeMadeIsSaidWithWhatIsWrong() throws Exception {
    Path nowhere = Path.of("/proc/milena");
    assertTrue(
        refusal(1, nowhere, nowhere)
            .contains(
                "cannot be used: there is no /proc/milena and none can be made; name another"));
  }

  @Test
  void aNewDirectoryTakesTheClusterThatTheSettingsNameAndKeepsIt() throws Exception {
    Path a = temp.resolve("named");
    UUID named = new UUID(1, 2);
    Optional<UUID> told = Optional.of(named);
    try (DataDirectories claimed = claimFor(new WantedCluster(told, told), a)) {
      assertEquals(named, claimed.clusterId());
    }
    Files.writeString(a.resolve("a-log-of-before"), "x");
    WantedCluster otherVoters = new WantedCluster(Optional.empty(), Optional.of(new UUID(3, 4)));
    try (DataDirectories again = claimFor(otherVoters, a)) {
      assertEquals(named, again.clusterId(), "a later list of voters changes nothing");
    }
  }

  @Test
  void aDirectoryOfAnotherClusterIsRefusedWithBothNames() throws Exception {
    Path a = temp.resolve("foreign");
    claimFor(new WantedCluster(Optional.empty(), Optional.of(new UUID(1, 2))), a).close();
    Files.writeString(a.resolve("a-log-of-before"), "x");
    Optional<UUID> other = Optional.of(new UUID(3, 4));

    CannotStart refused =
        assertThrows(CannotStart.class, () -> claimFor(new WantedCluster(other, other), a).close());

    assertEquals(ExitCode.STORAGE, refused.code());
    assertTrue(
        refused.sentence().contains("cluster AAAAAAAAAAEAAAAAAAAAAg, and cluster.id is AAAA"),
        refused.sentence());
  }

  private static DataDirectories claimFor(WantedCluster wanted, Path logs) throws CannotStart {
    return DataDirectories.claim(
        1, List.of(logs), logs, wanted, UUID::randomUUID, SettingNames.KEYS, new JdkDisk());
  }
}
