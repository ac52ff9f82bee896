package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.SimDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked examples of docs/FORMAT.md are what the code reads and writes. */
class LogFormatTest {
  private static final IndexHeader FACTS =
      new IndexHeader(
          185, 203, 9_812, 1_700_000_000_500L, 1_700_000_001_000L, 1_700_000_009_000L, false);

  private final SimDisk disk = new SimDisk(1);

  private static String section(String title) throws Exception {
    String text = Files.readString(Path.of("..", "docs", "FORMAT.md"));
    int start = text.indexOf("### " + title);
    assertTrue(start >= 0, "docs/FORMAT.md has no section " + title);
    int end = text.indexOf("\n#", start + 4);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  /** The columns "at" and "bytes" of an example. */
  private static byte[] example(String title) throws Exception {
    Matcher row =
        Pattern.compile("(?m)^ {4} *(\\d+)  ((?:[0-9a-f]{2} )*[0-9a-f]{2})( |$)")
            .matcher(section(title));
    ByteBuffer bytes = ByteBuffer.allocate(1_000);
    while (row.find()) {
      assertEquals(bytes.position(), Integer.parseInt(row.group(1)), "place in " + title);
      bytes.put(HexFormat.ofDelimiter(" ").parseHex(row.group(2)));
    }
    assertTrue(bytes.position() > 0, "no example in " + title);
    return LogFixtures.copy(bytes.flip());
  }

  /** The lines of an example that is text. */
  private static String textExample(String title) throws Exception {
    Matcher block = Pattern.compile("(?m)(^ {4}\\S.*\\n)+").matcher(section(title));
    String last = "";
    while (block.find()) {
      last = block.group();
    }
    return last.replaceAll("(?m)^ {4}", "");
  }

  private byte[] file(Path path) throws Exception {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeInBytes());
      WholeIo.readFully(file, bytes, 0);
      return bytes.array();
    }
  }

  private void put(Path path, byte[] bytes) throws Exception {
    try (DiskFile file = disk.create(path)) {
      WholeIo.writeFully(file, ByteBuffer.wrap(bytes), 0);
    }
  }

  private static void same(byte[] expected, byte[] actual) {
    assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(actual));
  }

  @Test
  void theOffsetIndexOfTheExampleIsReadAndWritten() throws Exception {
    OffsetIndex index = new OffsetIndex();
    index.add(6, 4_130);
    index.add(12, 8_301);
    Path path = Path.of("a.index");
    IndexFile.write(disk, path, FACTS, index);

    same(example("Offset index example"), file(path));
    put(Path.of("b.index"), example("Offset index example"));
    OffsetIndex read = IndexFile.readOffsets(disk, Path.of("b.index"), FACTS).orElseThrow();
    assertEquals(8_301, read.scanStart(203 - 185));
  }

  @Test
  void theTimeIndexOfTheExampleIsReadAndWritten() throws Exception {
    TimeIndex index = new TimeIndex();
    index.add(1_700_000_000_000L, 4_130);
    index.add(1_700_000_000_400L, 8_301);
    Path path = Path.of("a.timeindex");
    IndexFile.write(disk, path, FACTS, index);

    same(example("Time index example"), file(path));
    put(Path.of("b.timeindex"), example("Time index example"));
    TimeIndex read = IndexFile.readTimes(disk, Path.of("b.timeindex"), FACTS).orElseThrow();
    assertEquals(4_130, read.searchStart(1_700_000_000_001L));
  }

  @Test
  void theEpochHistoryOfTheExampleIsReadAndWritten() throws Exception {
    EpochHistory history = new EpochHistory();
    history.assign(3, 0);
    history.assign(5, 120);
    history.assign(6, 400);
    disk.createDirectories(Path.of("e"));
    new EpochFile(disk, Path.of("e")).write(history);

    assertEquals(
        textExample("Epoch history"),
        new String(file(Path.of("e", EpochFile.NAME)), StandardCharsets.UTF_8));
    assertEquals(3, new EpochFile(disk, Path.of("e")).read().orElseThrow().size());
  }

  @Test
  void theProducersOfTheExampleAreReadAndWritten() throws Exception {
    Path folder = Path.of("p");
    disk.createDirectories(folder);
    Path path = folder.resolve(ProducerFile.NAME);
    byte[] example = textExample("Producers").getBytes(StandardCharsets.UTF_8);
    put(path, example);
    ProducerFile.Snapshot read = new ProducerFile(disk, folder).read().orElseThrow();
    assertEquals(300, read.offset());
    assertEquals(1, read.table().size());
    disk.delete(path);

    new ProducerFile(disk, folder).write(read.table(), read.offset());

    same(example, file(path));
  }

  @Test
  void theFilesOfADirectoryInTheExamplesAreReadAndWritten() throws Exception {
    Path root = Path.of("d");
    disk.createDirectories(root);
    put(
        root.resolve(DirectoryIdentity.NAME),
        textExample("Identity").getBytes(StandardCharsets.UTF_8));
    put(root.resolve(Checkpoint.NAME), textExample("Checkpoint").getBytes(StandardCharsets.UTF_8));
    put(
        root.resolve(CleanMarker.NAME),
        textExample("Clean marker").getBytes(StandardCharsets.UTF_8));

    DirectoryIdentity identity = DirectoryIdentity.read(disk, root).orElseThrow();
    identity.write(disk, root);
    assertEquals(
        textExample("Identity"),
        new String(file(root.resolve(DirectoryIdentity.NAME)), StandardCharsets.UTF_8));
    assertEquals(2, identity.incarnations().size());
    var marks = Checkpoint.read(disk, root).orElseThrow();
    assertEquals(
        new LogMark(100, new LogPosition(197, 185, 6_544)), marks.get("mmK6zBn3RCWi-ubJ9YIe-Q-0"));
    List<String> lines = Checkpoint.lines(marks);
    assertEquals(textExample("Checkpoint").lines().limit(lines.size()).toList(), lines);
    try (LogDirectory directory = LogDirectory.open(disk, root, new UUID(0, 0))) {
      assertTrue(directory.wasClosedCleanly());
    }
  }
}
