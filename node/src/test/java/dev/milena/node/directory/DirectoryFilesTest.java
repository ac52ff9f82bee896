package dev.milena.node.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.milena.node.naming.SettingNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryFilesTest {
  private static final DirectoryIdentity OWN = new DirectoryIdentity(UUID.randomUUID(), 1);

  @TempDir private Path temp = Path.of("");

  @Test
  void everyFolderThatAFirstStartMadeIsSyncedIntoTheOneAboveBeforeItIsMarked() throws Exception {
    Path directory = temp.resolve("new/deep/data");
    List<Path> synced = new ArrayList<>();
    DirectoryFiles files =
        new DirectoryFiles(
            directory,
            SettingNames.KEYS,
            folder -> {
              if (!folder.equals(directory)) {
                assertFalse(Files.exists(directory.resolve(DirectoryIdentity.FILE)));
              }
              synced.add(folder);
            });

    files.prepareAndLock().close();
    files.write(OWN);

    assertEquals(
        List.of(temp.resolve("new/deep"), temp.resolve("new"), temp), synced.subList(0, 3));
    assertEquals(directory, synced.getLast());
  }

  @Test
  void aFolderThatWasThereIsSyncedTooSinceItsMakerMayHaveBeenCutOff() throws Exception {
    Path directory = Files.createDirectories(temp.resolve("made/before"));
    List<Path> synced = new ArrayList<>();

    new DirectoryFiles(directory, SettingNames.KEYS, synced::add).write(OWN);

    assertEquals(List.of(temp.resolve("made"), temp), synced.subList(0, 2));
  }
}
