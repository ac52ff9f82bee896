package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Small files of text lines that are replaced as a whole and end with their checksum: the
 * directory's identity, checkpoint and marker, and a log's epoch history. Text, because the one who
 * looks into them does so at night with cat; docs/FORMAT.md has the grammar.
 *
 * <p>Replacing is {@link WholeIo#replace} and a sync of the folder: a power cut leaves the old
 * lines or the new ones.
 */
final class CheckedFile {
  /** Larger ones are not ours; 100,000 partitions need about 8 MB. */
  private static final long LARGEST_BYTES = 256L << 20;

  private static final String CHECKSUM = "crc32c ";

  private CheckedFile() {}

  /**
   * Replaces the file.
   *
   * @param lines without line ends; none may begin with "crc32c "
   * @throws dev.milena.log.disk.NoSpaceException when the device is full: the file holds the old
   *     lines or the new ones, and may be written again
   */
  static void write(Disk disk, Path path, List<String> lines) throws IOException {
    byte[] body = text(lines).getBytes(StandardCharsets.UTF_8);
    byte[] tail = (CHECKSUM + checksum(body, body.length) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(body.length + tail.length).put(body).put(tail).flip();
    WholeIo.replace(disk, path, file -> WholeIo.writeFully(file, bytes, 0));
    WholeIo.syncDirectory(disk, folderOf(path));
  }

  /**
   * Reads the lines.
   *
   * @return empty when there is no such file
   * @throws CorruptLog when the checksum does not match
   */
  static Optional<List<String>> read(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      return Optional.empty();
    }
    byte[] bytes;
    try (DiskFile file = disk.open(path)) {
      long size = file.sizeInBytes();
      if (size > LARGEST_BYTES) {
        throw new CorruptLog(path, 0, "it is " + size + " bytes long");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      WholeIo.readFully(file, buffer, 0);
      bytes = buffer.array();
    }
    return Optional.of(verified(path, bytes));
  }

  private static List<String> verified(Path path, byte[] bytes) throws CorruptLog {
    String all = new String(bytes, StandardCharsets.UTF_8);
    int tail = all.lastIndexOf(CHECKSUM);
    if (tail < 0 || (tail > 0 && all.charAt(tail - 1) != '\n')) {
      throw new CorruptLog(path, bytes.length, "its last line, the checksum, is missing");
    }
    int bodyBytes = all.substring(0, tail).getBytes(StandardCharsets.UTF_8).length;
    String expected = CHECKSUM + checksum(bytes, Math.min(bodyBytes, bytes.length)) + "\n";
    if (!all.substring(tail).equals(expected)) {
      throw new CorruptLog(path, bodyBytes, "its checksum does not match");
    }
    return all.substring(0, tail).lines().toList();
  }

  private static String text(List<String> lines) {
    StringBuilder body = new StringBuilder();
    for (String line : lines) {
      body.append(line).append('\n');
    }
    return body.toString();
  }

  private static String checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static Path folderOf(Path path) {
    Path folder = path.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(path + " lies in no folder");
    }
    return folder;
  }
}
