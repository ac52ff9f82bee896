package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.milena.it.history.Event.Value;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final Value VALUE = new Value(3, 2, 1L << 35);
  private static final List<Event> ONE_OF_EACH =
      List.of(
          new Event.Sent(VALUE, 1),
          new Event.Acked(VALUE, 2, 3, 4),
          new Event.Refused(VALUE, 5),
          new Event.Unknown(VALUE, 6),
          new Event.Polled(7, 8, VALUE),
          new Event.Found(9, VALUE),
          new Event.Damaged("consumer 1", 10, 11, "its checksum"),
          new Event.EndSeen(12, 13, 14, true),
          new Event.ReadingEnded(15, 16, 17, "CORRUPT_LOG"),
          new Event.Stored(18, 19, VALUE, 20, 21));

  @TempDir Path folder;

  @Test
  void whatWasWrittenIsRead() throws Exception {
    assertEquals(Event.class.getPermittedSubclasses().length, ONE_OF_EACH.size());
    Path path = folder.resolve("history");
    try (HistoryFile file = HistoryFile.create(path)) {
      ONE_OF_EACH.forEach(file::add);
    }
    List<Event> read = new ArrayList<>();
    HistoryFile.read(path, read::add);
    assertEquals(ONE_OF_EACH, read);
  }

  @Test
  void aFileThatEndsInTheMiddleIsNotTakenForAWholeOne() throws Exception {
    Path path = folder.resolve("history");
    try (HistoryFile file = HistoryFile.create(path)) {
      ONE_OF_EACH.forEach(file::add);
    }
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(EOFException.class, () -> HistoryFile.read(path, _ -> {}));
  }
}
