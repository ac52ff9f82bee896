package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three voters, and what one of them finds on its disk when it starts again: it refuses, with the
 * file and the way out, to vote with less than it had; what it can make anew it does.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats the places of the damage.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedVoterTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int VICTIM = 3;
  private static final int STORAGE = 3;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final TopicHistory topics = new TopicHistory();
  private final List<String> acknowledged = new ArrayList<>();
  private Cluster cluster = Cluster.NONE;
  private Path kept = Path.of("/nonexistent");

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    System.out.println("cluster.seed=" + SEED);
    kept = folder.resolve("kept");
    cluster = Cluster.started(folder, 3);
    create(1, 10);
    // Another leader's term begins a file of the log of its own, so one is closed.
    int leader = cluster.leader();
    cluster.kill(leader);
    cluster.leader();
    cluster.start(leader);
    create(2, 10);
  }

  @AfterAll
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  /** Whatever a test did, all is there and alike. */
  @AfterEach
  void everythingIsThereAndAlike() throws Exception {
    Cluster.await("all are ready", () -> cluster.up().stream().allMatch(cluster::isReady));
    create(VICTIM, 1);
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      for (String name : acknowledged) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Map.of(), topics.impossible());
  }

  private interface Damage {
    void to(Path quorum, Path current) throws IOException;
  }

  @Test
  void aVoterThatLostOfItsLogRefusesToStartAndSaysWhat() throws Exception {
    stopAndKeep();

    refuses("is gone: put it back", (_, current) -> delete(current.resolve("raft-meta")));
    refuses("is gone: put it back", (_, current) -> files(current, "").forEach(this::delete));
    refuses("is gone: put it back", (_, current) -> files(current, "log_").forEach(this::delete));
    refuses(
        "is gone: put it back",
        (quorum, _) -> deleteAll(files(quorum.resolve("raft"), "").getFirst()));
    refuses("identity is missing", (quorum, _) -> delete(quorum.resolve("identity")));
    refuses("formation", (quorum, _) -> Files.writeString(quorum.resolve("formation"), "x"));
    refuses("'term' not found", (_, current) -> Files.write(current.resolve("raft-meta"), noise()));
    refuses("/current begins at ", (_, current) -> delete(files(current, "log_0-").getFirst()));

    putBack();
    cluster.start(VICTIM);
  }

  @Test
  void aVoterWhoseLogWasChangedRefusesToStartAndSaysWhere() throws Exception {
    stopAndKeep();

    refuses("log_inprogress_", (_, current) -> flip(newest(current), 8, 40));
    refuses("damaged at byte 8: ", (_, current) -> lengthen(newest(current)));
    refuses("corrupted", (_, current) -> flip(files(current, "log_0-").getFirst(), 12, 40));
    refuses("Log header mismatched", (_, current) -> flip(newest(current), 0, 8));

    putBack();
    cluster.start(VICTIM);
  }

  @Test
  void anEntryThatWasBeingWrittenIsCutOffAndTheOpenDatabaseIsMadeAnew() throws Exception {
    stopAndKeep();
    byte[] log = Files.readAllBytes(newest(current()));
    int end = writtenEnd(log);
    // The first half of an entry, and zeros: so it looks when the process ended in the middle.
    int begun = Math.min(100, end - 8) / 2;
    System.arraycopy(log, 8, log, end, begun);
    Files.write(newest(current()), Arrays.copyOf(log, end + begun));
    for (Path file : files(quorum().resolve("live"), "")) {
      Files.write(file, noise());
    }

    NodeProcess again = cluster.start(VICTIM);

    assertTrue(again.errors().contains("was not written to its end and is cut off"), said(again));
  }

  @Test
  void aVoterWhoseDiskWasPutBackToAnEarlierStateIsRefused() throws Exception {
    stopAndKeep();
    cluster.start(VICTIM);
    create(VICTIM, 3);
    cluster.kill(VICTIM);
    Path newest = kept.resolveSibling("newest");
    deleteAll(newest);
    copy(cluster.data(VICTIM), newest);

    putBack();
    refusesAs(VICTIM, "this voter has had it up to index ");
    // It has noted that, and refuses whoever else is there to say it.
    refusesAs(VICTIM, "this voter has had it up to index ");

    deleteAll(cluster.data(VICTIM));
    copy(newest, cluster.data(VICTIM));
    cluster.start(VICTIM);
  }

  @Test
  void aVoterWhoseLastSectorsAreZerosIsRefused() throws Exception {
    stopAndKeep();

    refuses("this voter has had it up to index ", (_, current) -> zeroLastSectors(newest(current)));
    // Of a file that is closed Ratis knows by its name how many entries it has.
    refuses(
        "Log entry corrupted",
        (_, current) -> zeroLastSectors(files(current, "log_0-").getFirst()));

    putBack();
    cluster.start(VICTIM);
  }

  @Test
  void aVoterThatWasRefusedComesBackEmptiedAndIsTakenInAgain() throws Exception {
    cluster.kill(VICTIM);
    cluster.empty(VICTIM);
    cluster.start(VICTIM);

    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(1)))) {
      client.admin().addVoter(VICTIM, cluster.quorumOf(VICTIM));
      assertEquals(3, client.admin().describeQuorum().voters().size());
    }

    // With its vote and one other's the quorum goes on.
    int other = cluster.leader() == 1 ? 2 : 1;
    cluster.kill(other);
    create(VICTIM, 1);
    cluster.start(other);
  }

  @Test
  void disksThatWereSwappedAreRefusedByBothUntilEachHasItsOwn() throws Exception {
    for (int id : new int[] {2, VICTIM}) {
      cluster.kill(id);
    }
    swap(cluster.data(2), cluster.data(VICTIM));
    refusesAs(2, "node.id");
    refusesAs(VICTIM, "node.id");
    swap(cluster.data(2), cluster.data(VICTIM));

    // Or the quorum's folder alone, as when it has a volume of its own.
    Path one = cluster.data(2).resolve("milena.quorum");
    Path other = quorum();
    swap(one, other);
    refusesAs(2, "node 3");
    refusesAs(VICTIM, "node 2");
    swap(one, other);
    cluster.launch(2);
    cluster.start(VICTIM);
    cluster.node(2).awaitReady();
  }

  private void stopAndKeep() throws Exception {
    cluster.kill(VICTIM);
    deleteAll(kept);
    copy(cluster.data(VICTIM), kept);
  }

  private void putBack() throws IOException {
    deleteAll(cluster.data(VICTIM));
    copy(kept, cluster.data(VICTIM));
  }

  private void refuses(String words, Damage damage) throws Exception {
    putBack();
    damage.to(quorum(), current());
    refusesAs(VICTIM, words);
  }

  private void refusesAs(int id, String words) throws Exception {
    try (NodeProcess refused = cluster.launch(id)) {
      assertEquals(STORAGE, refused.awaitExit(), () -> said(refused));
      String last = refused.errors().lines().reduce("", (_, line) -> line);
      assertTrue(last.startsWith("milena: ") && last.contains(words), "'" + words + "' in " + last);
      assertTrue(last.contains(cluster.data(id).toString()), last);
      assertEquals("", refused.output());
    }
  }

  private static String said(NodeProcess node) {
    try {
      return node.errors();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path quorum() {
    return cluster.data(VICTIM).resolve("milena.quorum");
  }

  private Path current() throws IOException {
    return files(quorum().resolve("raft"), "").getFirst().resolve("current");
  }

  private static Path newest(Path current) throws IOException {
    return files(current, "log_inprogress_").getFirst();
  }

  private static List<Path> files(Path folder, String prefix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  /** Of a byte in this range of the file one bit. */
  private void flip(Path file, int from, int to) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(from, to);
    int bit = random.nextInt(8);
    System.out.printf("flips bit %s of byte %s of %s%n", bit, at, file.getFileName());
    bytes[at] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }

  /** The first entry's length beyond the end of the file, by one bit: its varint goes on. */
  private static void lengthen(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes[8] < 0 ? 9 : 8] ^= (byte) 0x80;
    Files.write(file, Arrays.copyOf(bytes, writtenEnd(bytes)));
  }

  /** The last sector that holds anything and the one before, as if never written. */
  private static void zeroLastSectors(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = writtenEnd(bytes);
    Arrays.fill(bytes, Math.max(8, (Math.ceilDiv(end, 512) - 2) * 512), end, (byte) 0);
    Files.write(file, bytes);
  }

  private static int writtenEnd(byte[] bytes) {
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private byte[] noise() {
    byte[] noise = new byte[100];
    random.nextBytes(noise);
    return noise;
  }

  private void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be deleted", e);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static void swap(Path one, Path other) throws IOException {
    Path aside = one.resolveSibling("swapped");
    Files.move(one, aside);
    Files.move(other, one);
    Files.move(aside, other);
  }

  private void create(int at, int count) {
    for (int i = 0; i < count; i++) {
      String name = "topic-" + acknowledged.size();
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(at), name, 2, 1), name);
      acknowledged.add(name);
    }
  }
}
