package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogStorageTest {
  private static final Path A = Path.of("a");
  private static final Path B = Path.of("b");

  /** As topics' ids are. */
  private static final String ID = "mmK6zBn3RCWi-ubJ9YIe-Q";

  private final SimDisk disk = new SimDisk(1);

  @Test
  void logThatLiesInTwoDirectoriesIsRefusedWithBothFolders() throws IOException {
    LogStorage.Volume a = volume(A, "of-a", ID + "-0", ID + "-1");
    LogStorage.Volume b = volume(B, "of-b", ID + "-0", ID + "-1");

    var refused = assertThrows(LogInTwoDirectories.class, () -> new LogStorage(List.of(a, b)));

    String sentence = String.valueOf(refused.getMessage());
    assertTrue(sentence.startsWith("a/" + ID + "-0 and b/" + ID + "-0 are the log"), sentence);
    assertTrue(sentence.contains("(and 1 more"), sentence);
  }

  @Test
  void folderOfAnotherNameMayBeInSeveral() throws IOException {
    LogStorage storage = new LogStorage(List.of(volume(A, "quorum"), volume(B, "quorum")));

    assertEquals(List.of("quorum"), storage.logs());
  }

  @Test
  void logsOfDifferentNamesAreFoundWhereTheyLie() throws IOException {
    LogStorage storage = new LogStorage(List.of(volume(A, "of-a"), volume(B, "of-b")));

    assertEquals(List.of("of-a", "of-b"), storage.logs());
  }

  @Test
  void newLogComesToTheDirectoryWithTheFewestEvenAfterSomeWereDeleted() throws IOException {
    LogStorage storage = new LogStorage(List.of(volume(A, "0", "1", "2"), volume(B, "3")));
    for (String name : List.of("4", "5", "6")) {
      storage.open(name, LogSettings.DEFAULTS, 0, 0).log().close();
    }
    assertEquals(List.of(4, 3), counts(storage));

    for (String name : List.of("0", "1", "2")) {
      storage.delete(name);
      storage.delete(name);
    }
    storage.open("7", LogSettings.DEFAULTS, 0, 0).log().close();
    assertEquals(List.of(2, 3), counts(storage));
  }

  private static List<Integer> counts(LogStorage storage) {
    return storage.health(Map.of()).stream().map(DirectoryHealth::logs).toList();
  }

  private LogStorage.Volume volume(Path root, String... logs) throws IOException {
    LogDirectory directory = LogDirectory.open(disk, root, UUID.randomUUID());
    for (String log : logs) {
      directory.openLog(log, LogSettings.DEFAULTS, 0).log().close();
    }
    return new LogStorage.Volume(directory, GroupFlush.byHand());
  }
}
