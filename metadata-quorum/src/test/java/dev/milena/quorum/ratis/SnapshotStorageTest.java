package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.SnapshotManifest;
import dev.milena.quorum.store.StoreDamage;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotStorageTest {
  private static final String FILE = "000007.sst";

  @TempDir Path folder;

  private final SnapshotStorage storage = new SnapshotStorage();
  private Path snapshot;
  private SnapshotInfo shown;

  @BeforeEach
  void show() throws Exception {
    SnapshotFiles files = new SnapshotFiles(folder, folder.resolve("temporary"));
    storage.begin(files);
    SnapshotFiles.Named named = files.named(3, 70);
    snapshot = Files.createDirectories(named.path());
    byte[] bytes = "rows".getBytes(StandardCharsets.US_ASCII);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    Files.write(snapshot.resolve(FILE), bytes);
    List<SnapshotManifest.Part> parts =
        List.of(new SnapshotManifest.Part(FILE, bytes.length, (int) crc.getValue()));
    Files.writeString(
        snapshot.resolve(SnapshotManifest.FILE_NAME),
        new SnapshotManifest(3, 70, 1, 2, parts).write());
    storage.opened(Optional.of(named));
    shown = Optional.ofNullable(storage.getLatestSnapshot()).orElseThrow();
    storage.requireWhole(shown);
  }

  @Test
  void aThreadThatIsInterruptedWhileItChecksHasFoundNoDamage() {
    Thread.currentThread().interrupt();
    IOException why = assertThrows(IOException.class, () -> storage.requireWhole(shown));
    assertTrue(Thread.interrupted());
    assertInstanceOf(ClosedByInterruptException.class, why);
  }

  @Test
  void whatIsNotWhatWasWrittenIsDamage() throws Exception {
    Files.writeString(snapshot.resolve(FILE), "row5");
    assertThrows(StoreDamage.class, () -> storage.requireWhole(shown));
  }

  @Test
  void aManifestThatIsNoTextIsDamage() throws Exception {
    Files.write(
        snapshot.resolve(SnapshotManifest.FILE_NAME), new byte[] {(byte) 0xff, (byte) 0xc0});
    assertThrows(StoreDamage.class, () -> storage.requireWhole(shown));
  }

  @Test
  void whatIsGoneSinceThereIsANewerOneIsNoDamage() throws Exception {
    SnapshotFiles.delete(snapshot);
    storage.opened(Optional.empty());
    IOException why = assertThrows(IOException.class, () -> storage.requireWhole(shown));
    assertFalse(why instanceof StoreDamage, why.toString());
  }
}
