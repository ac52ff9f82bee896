package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on a full disk for the term and the vote in it: a file of one sector that lies ready while
 * the log is open.
 *
 * <p>Ratis (3.3.0) writes both into a new file, and puts that in the place of the old one also when
 * it could not be written. What is left is empty, and a voter that finds that at its start is
 * refused, for it could vote twice. A later term is written into the reserve instead, which takes
 * no space, and the reserve becomes the file.
 */
final class TermReserve {
  /** What a disk writes at once, or not at all. */
  private static final int SECTOR_BYTES = 512;

  private static final String TERM = "term";
  private static final String VOTED_FOR = "votedFor";

  private static final String FILE = "term-reserve";

  private static final Logger log = LoggerFactory.getLogger(TermReserve.class);

  private final Path folder;

  /**
   * @param folder of the quorum, on the same disk as Ratis'
   */
  TermReserve(Path folder) {
    this.folder = folder;
  }

  /** Makes it, in the place of an earlier one; while there is space. */
  void layOut() throws IOException {
    Path file = folder.resolve(FILE);
    Files.write(file, sector(""));
    SnapshotFiles.force(file);
    SnapshotFiles.force(folder);
  }

  /**
   * The term in Ratis' file for term and vote; nothing if Ratis could not read that.
   *
   * @param current Ratis' folder of log files
   */
  static OptionalLong term(Path current) throws IOException {
    Properties found = new Properties();
    found.load(
        new StringReader(
            Files.readString(
                current.resolve(MemberFolder.META_FILE), StandardCharsets.ISO_8859_1)));
    Optional<String> term = Optional.ofNullable(found.getProperty(TERM));
    return term.filter(text -> text.matches("[0-9]{1,19}")).isPresent()
            && found.containsKey(VOTED_FOR)
        ? OptionalLong.of(Long.parseLong(term.get()))
        : OptionalLong.empty();
  }

  /**
   * Puts these in the place of Ratis' file, and lays out another reserve if there is space. Nothing
   * else may be writing that file.
   *
   * @param current Ratis' folder of log files
   * @param isInTime asked at the last moment: whoever waited may have let others go on
   */
  void putBack(Path current, RaftStorageMetadata remembered, BooleanSupplier isInTime)
      throws IOException {
    Properties text = new Properties();
    text.setProperty(TERM, Long.toString(remembered.getTerm()));
    text.setProperty(VOTED_FOR, remembered.getVotedFor().toString());
    StringWriter written = new StringWriter();
    text.store(written, null);
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      // it was used before: what Ratis has made empty since has left its room
      layOut();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer sector = ByteBuffer.wrap(sector(written.toString()));
      while (sector.hasRemaining()) {
        channel.write(sector);
      }
      channel.force(true);
    }
    if (!isInTime.getAsBoolean()) {
      throw new IOException("the disk took too long");
    }
    Files.move(file, current.resolve(MemberFolder.META_FILE), StandardCopyOption.ATOMIC_MOVE);
    SnapshotFiles.force(current);
    try {
      layOut();
    } catch (IOException full) {
      log.atDebug().setCause(full).log("there is no room for another reserve yet");
    }
  }

  /** The text, and empty lines. */
  private static byte[] sector(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length > SECTOR_BYTES) {
      throw new IllegalArgumentException("term and vote take " + bytes.length + " bytes");
    }
    byte[] sector = Arrays.copyOf(bytes, SECTOR_BYTES);
    Arrays.fill(sector, bytes.length, SECTOR_BYTES, (byte) '\n');
    return sector;
  }
}
