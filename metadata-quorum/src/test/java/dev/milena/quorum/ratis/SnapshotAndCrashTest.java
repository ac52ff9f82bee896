package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ReadAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member finds on its disk after an orderly end, a crash, and damage. */
class SnapshotAndCrashTest {
  @TempDir Path folder;
  private final Members members = new Members();

  @Test
  void oldLogIsPurgedAndARestartBeginsAtTheSnapshot() throws Exception {
    QuorumSettings settings = Members.single(folder, Members.SMALL_LOG);
    long hash;
    try (QuorumServer member = members.start(settings)) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 4_000);
      hash = member.stateHash();
      assertTrue(snapshots(settings).size() <= 2, snapshots(settings).toString());
      assertTrue(Members.firstLog(settings) > 0, "nothing was purged");
    }
    try (QuorumServer member = members.start(settings)) {
      assertInstanceOf(
          ReadAnswer.CaughtUp.class, Members.await(member.readIndex(Members.TIMEOUT_MS)));
      assertEquals(hash, member.stateHash());
      assertTrue(member.view().image().topic("t0").isPresent());
    }
    assertEquals(List.of(), members.halts);
  }

  @Test
  void aDamagedNewestSnapshotCostsNothing() throws Exception {
    QuorumSettings settings = Members.single(folder, Members.SMALL_LOG);
    long hash;
    try (QuorumServer member = members.start(settings)) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 200);
      Members.await(member.snapshot());
      Members.fill(member, 200);
      Members.await(member.snapshot());
      Members.decided(
          member.submit(Members.createTopic("last", 1), Members.ORIGIN, Members.TIMEOUT_MS));
      hash = member.stateHash();
    }
    assertEquals(2, snapshots(settings).size());
    tear(snapshots(settings).getLast());

    try (QuorumServer member = members.start(settings)) {
      assertInstanceOf(
          ReadAnswer.CaughtUp.class, Members.await(member.readIndex(Members.TIMEOUT_MS)));
      assertEquals(hash, member.stateHash());
      assertTrue(member.view().image().topic("last").isPresent());
    }
    assertEquals(List.of(), members.halts);
  }

  @Test
  void aLogThatNoSnapshotLeadsToIsRefused() throws Exception {
    QuorumSettings settings = Members.single(folder, Members.SMALL_LOG);
    try (QuorumServer member = members.start(settings)) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 4_000);
      assertTrue(Members.firstLog(settings) > 0, "nothing was purged");
    }
    for (Path snapshot : snapshots(settings)) {
      tear(snapshot);
    }

    IOException refused = assertThrows(IOException.class, () -> members.start(settings));

    assertTrue(causes(refused).contains("what lies between is lost"), causes(refused));
  }

  @Test
  void whatWasAcknowledgedIsThereOnACopyOfTheRunningMembersDisk() throws Exception {
    QuorumSettings settings = Members.single(folder.resolve("running"), Members.SMALL_LOG);
    Path copy = folder.resolve("copy");
    int acknowledged = 0;
    try (QuorumServer member = members.start(settings)) {
      Members.bringUpBroker(member, 1);
      for (; acknowledged < 100; acknowledged++) {
        Members.decided(
            member.submit(
                Members.createTopic("t" + acknowledged, 1), Members.ORIGIN, Members.TIMEOUT_MS));
      }
      copy(settings.folder(), copy);
    }

    try (QuorumServer member = members.start(Members.single(copy, Members.SMALL_LOG))) {
      Members.await(member.readIndex(Members.TIMEOUT_MS));
      assertEquals(acknowledged, member.view().image().topics().size());
    }
    assertEquals(List.of(), members.halts);
  }

  @Test
  void aKilledProcessLosesNothingItAcknowledged() throws Exception {
    TreeSet<String> acknowledged = new TreeSet<>();
    for (int round = 0; round < 2; round++) {
      int wanted = 30 + 60 * round;
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledMember.class.getName(),
                  folder.toString(),
                  Integer.toString(round))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 0; i < wanted; i++) {
          String line = lines.readLine();
          assertTrue(line != null, "the member ended by itself");
          acknowledged.add(line);
        }
        // not Process.destroyForcibly, which closes the pipe with what was acknowledged last
        assertTrue(process.toHandle().destroyForcibly());
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        lines.lines().forEach(acknowledged::add);
      }
    }

    try (QuorumServer member = members.start(Members.single(folder, Members.SMALL_LOG))) {
      Members.await(member.readIndex(Members.TIMEOUT_MS));
      TreeSet<String> lost = new TreeSet<>(acknowledged);
      lost.removeAll(member.view().image().topicIds().keySet());
      assertEquals(new TreeSet<String>(), lost);
    }
  }

  /** Creates topics and prints each name when it is acknowledged, until it is killed. */
  static final class KilledMember {
    private KilledMember() {}

    public static void main(String[] arguments) throws Exception {
      Members members = new Members();
      QuorumServer member = members.start(Members.single(Path.of(arguments[0]), Members.SMALL_LOG));
      if (arguments[1].equals("0")) {
        Members.bringUpBroker(member, 1);
      }
      for (int i = 0; i < 100_000; i++) {
        String name = "r" + arguments[1] + "-" + i;
        Members.decided(
            member.submit(Members.createTopic(name, 1), Members.ORIGIN, Members.TIMEOUT_MS));
        System.out.println(name);
      }
    }
  }

  private static List<Path> snapshots(QuorumSettings settings) throws IOException {
    return Members.list(Members.groupFolder(settings).resolve("sm"), "cp-");
  }

  /** Cuts the newest table, the one that no earlier snapshot shares. */
  private static void tear(Path snapshot) throws IOException {
    Path table =
        Members.list(snapshot, "0").stream()
            .filter(file -> file.toString().endsWith(".sst"))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
      file.setLength(file.length() - 10);
    }
  }

  private static String causes(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.append(cause).append('\n');
    }
    return all.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        // the open database may change under us, and is thrown away in any case
        if (file.toString().contains("live")
            || file.getFileName().toString().equals("in_use.lock")) {
          continue;
        }
        Files.copy(file, target);
      }
    }
  }
}
