package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreTablesTest {
  private static final String NAME = "000007.sst";

  @TempDir Path folder;

  @Test
  void aTableOfNoiseIsDamage() throws Exception {
    RocksLibrary.load();
    Path noise = Files.write(folder.resolve(NAME), new byte[4_096]);
    StoreTables tables = StoreTables.knownFrom(List.of());
    assertThrows(
        StoreDamage.class, () -> tables.require(noise, new SnapshotManifest.Part(NAME, 4_096, 0)));
  }

  @Test
  void aTableThatCannotBeOpenedNowIsNoDamage() throws Exception {
    RocksLibrary.load();
    StoreTables tables = StoreTables.knownFrom(List.of());
    IOException why =
        assertThrows(
            IOException.class,
            () -> tables.require(folder.resolve(NAME), new SnapshotManifest.Part(NAME, 4_096, 0)));
    assertFalse(why instanceof StoreDamage, why.toString());
  }
}
