package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members in processes of their own, of which one has a damaged file of RocksDB's: in a snapshot,
 * or in the open database.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats the places of the damage.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class DamagedSnapshotTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int VICTIM = 3;

  /** More than are kept behind the newest snapshot. */
  private static final int ENTRIES = 3_000;

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private ProcessQuorum quorum;

  @BeforeEach
  void start() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    start("quorum", "-Dquorum.smallLog=true", "-Dquorum.electionMs=2000");
  }

  private void start(String name, String... switches) throws Exception {
    quorum =
        new ProcessQuorum(Files.createDirectory(folder.resolve(name)), 3, 0, List.of(switches));
    quorum.startAll();
    fill();
    quorum.assertAllAgree();
  }

  @AfterEach
  void end() {
    quorum.close();
  }

  private interface Damage {
    void to(Path snapshot) throws IOException;
  }

  @Test
  void aNewestSnapshotThatIsDamagedIsSetAsideAndTheOneBeforeIsTaken() throws Exception {
    // on a busy machine snapshots are so far apart that the log begins behind the one before
    quorum.close();
    start(
        "kept", "-Dquorum.smallLog=true", "-Dquorum.electionMs=2000", "-Dquorum.keptEntries=6000");
    for (Damage damage : List.<Damage>of(this::flipTable, this::noiseManifest, this::noCurrent)) {
      quorum.kill(VICTIM);
      damage.to(snapshots(VICTIM).list().getFirst().path());
      long before = quorum.timesLogged(VICTIM, "is damaged and was set aside");
      quorum.start(VICTIM);
      quorum.assertAllAgree();
      assertEquals(before + 1, quorum.timesLogged(VICTIM, "is damaged and was set aside"));
      fill();
      quorum.assertAllAgree();
    }
  }

  @Test
  void aMemberOfWhichAllSnapshotsAreDamagedIsRefusedAndComesBackEmptied() throws Exception {
    quorum.kill(VICTIM);
    List<SnapshotFiles.Named> all = snapshots(VICTIM).list();
    assertEquals(2, all.size());
    flipTable(all.getFirst().path());
    noCurrent(all.getLast().path());

    for (int start = 0; start < 2; start++) {
      quorum.launch(VICTIM);
      quorum.node(VICTIM).awaitExit();
      String said = quorum.said(VICTIM);
      for (SnapshotFiles.Named one : all) {
        assertTrue(said.contains("damaged-" + one.path().getFileName()), said);
      }
      assertTrue(said.contains("remove this voter and add it again, emptied"), said);
    }

    emptied();
  }

  @Test
  void aLeaderWhoseSnapshotIsDamagedEndsRatherThanSendItAndComesBack() throws Exception {
    quorum.kill(VICTIM);
    fill();
    quorum.assertAllAgree();
    int leader = quorum.leader();
    Path damaged = flipTable(snapshots(leader).list().getFirst().path());

    quorum.start(VICTIM);

    String why = quorum.awaitHalt(leader);
    // or, when its next snapshot was due: the open database has the same file
    String sent = "a snapshot that another voter needs is damaged: snapshot file " + damaged;
    String taken = "is damaged: " + damaged.getFileName();
    assertTrue(why.contains(sent) || why.contains(taken), why);
    quorum.start(leader);
    quorum.assertAllAgree();
  }

  @Test
  void aMemberWhoseOpenDatabaseIsDamagedEndsAndIsMadeAnew() throws Exception {
    quorum.assertAllAgree();
    List<Path> tables =
        Members.list(quorum.folderOf(VICTIM).resolve("live"), "0").stream()
            .filter(file -> file.toString().endsWith(".sst"))
            .toList();
    for (Path table : tables) {
      overwrite(table);
    }

    assertEquals("filled", quorum.node(quorum.leader()).ask("fill " + ENTRIES));
    String why = quorum.awaitHalt(VICTIM);

    System.out.println(why);
    quorum.launch(VICTIM);
    if (quorum.node(VICTIM).startedOrEnded()) {
      quorum.assertAllAgree();
    } else {
      String said = quorum.said(VICTIM);
      assertTrue(said.contains("remove this voter and add it again, emptied"), said);
      emptied();
    }
  }

  /** The way out that the refusal names. */
  private void emptied() throws Exception {
    quorum.forget(VICTIM);
    SnapshotFiles.delete(quorum.folderOf(VICTIM));
    quorum.start(VICTIM);
    String added = quorum.node(quorum.leader()).ask("add " + quorum.voter(VICTIM));
    assertTrue(added.startsWith("done "), added);
    quorum.assertAllAgree();
  }

  private void fill() throws Exception {
    assertEquals("filled", quorum.node(quorum.leader()).ask("fill " + ENTRIES));
  }

  private SnapshotFiles snapshots(int id) throws IOException {
    Path group = Members.list(quorum.folderOf(id).resolve("raft"), "").getFirst();
    return new SnapshotFiles(group.resolve("sm"), folder.resolve("none"));
  }

  private Path flipTable(Path snapshot) throws IOException {
    List<Path> tables =
        Members.list(snapshot, "0").stream()
            .filter(file -> file.toString().endsWith(".sst"))
            .toList();
    Path table = tables.getLast();
    byte[] bytes = Files.readAllBytes(table);
    int at = random.nextInt(bytes.length);
    int bit = random.nextInt(8);
    System.out.printf("flips bit %s of byte %s of %s%n", bit, at, table);
    bytes[at] ^= (byte) (1 << bit);
    Files.write(table, bytes);
    return table;
  }

  private void noiseManifest(Path snapshot) throws IOException {
    overwrite(Members.list(snapshot, "MANIFEST-").getFirst());
  }

  private void noCurrent(Path snapshot) throws IOException {
    Files.delete(snapshot.resolve("CURRENT"));
  }

  /** As many bytes of noise as it has. */
  private void overwrite(Path file) throws IOException {
    byte[] noise = new byte[(int) Files.size(file)];
    random.nextBytes(noise);
    Files.write(file, noise, StandardOpenOption.WRITE);
  }
}
