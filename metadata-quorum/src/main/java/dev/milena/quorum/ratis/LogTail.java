package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the end of the file that the log was written to last, before Ratis does. Ratis takes an
 * entry that is longer than the rest of the file for one that was being written when the process
 * ended, and cuts it off with all that lies behind, acknowledged or not; and it refuses an entry
 * that a power cut left half written. Here what is missing is cut and what was changed is not (ADR
 * 3).
 *
 * <p>The file: {@value #HEADER_BYTES} bytes of header, then entries, then zeros up to the size that
 * was laid out. An entry: its length as a varint, so many bytes of protobuf that begin with term
 * and index, the CRC-32C of both in 4 bytes.
 */
final class LogTail {
  private static final Logger log = LoggerFactory.getLogger(LogTail.class);
  private static final int HEADER_BYTES = 8;
  private static final int CRC_BYTES = 4;

  /** What a disk writes at once, or not at all. */
  private static final int SECTOR_BYTES = 512;

  /** So many zeros in a row are no part of an entry. */
  private static final int MANY_ZEROS = 32;

  private static final byte TERM_TAG = 0x08;

  private final Path file;
  private final byte[] bytes;

  /** Behind the last byte that is not zero. */
  private final int writtenEnd;

  private LogTail(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    writtenEnd = end;
  }

  /** Puts a file, or the names in a folder, on the disk. */
  interface Force {
    void of(Path path) throws IOException;
  }

  /**
   * Cuts off an entry that was not written to its end. Leaves alone what Ratis reads rightly, but
   * puts it on the disk: a process that was killed leaves what it had not synced yet, and Ratis
   * (3.3.0) takes all that it reads at a start for synced, so that it would acknowledge it at once
   * when it comes anew.
   *
   * @param current Ratis' folder of log files; the one that is written to is {@code
   *     log_inprogress_START}
   * @throws StoreFailure when the bytes of an entry were changed, or entries lie behind one that
   *     cannot be read
   */
  static void mend(Path current) throws IOException {
    mend(current, SnapshotFiles::force);
  }

  /** The same, with another way to put on the disk. */
  static void mend(Path current, Force force) throws IOException {
    if (Files.isDirectory(current)) {
      try (DirectoryStream<Path> open = Files.newDirectoryStream(current, "log_inprogress_*")) {
        for (Path file : open) {
          mendFile(file);
          force.of(file);
        }
      }
      force.of(current);
    }
  }

  /**
   * The last entry that follows whole from the beginning of a file; reads the whole file.
   *
   * @return nothing when there is none
   */
  static Optional<LastEntry> last(Path file) throws IOException {
    LogTail tail = new LogTail(file, Files.readAllBytes(file));
    int begin = 0;
    for (int at = tail.firstEntry(), next = tail.endOfEntry(at); next > at; ) {
      begin = at;
      at = next;
      next = tail.endOfEntry(at);
    }
    return begin == 0
        ? Optional.empty()
        : Optional.of(tail.entry(begin))
            .map(entry -> new LastEntry(entry.getTerm(), entry.getIndex()));
  }

  /**
   * The last that a file says of who votes; reads the whole file.
   *
   * @return nothing when it does not
   */
  static Optional<LogEntryProto> configuration(Path file) throws IOException {
    LogTail tail = new LogTail(file, Files.readAllBytes(file));
    Optional<LogEntryProto> found = Optional.empty();
    for (int at = tail.firstEntry(), next = tail.endOfEntry(at); next > at; ) {
      LogEntryProto entry = tail.entry(at);
      if (entry.hasConfigurationEntry()) {
        found = Optional.of(entry);
      }
      at = next;
      next = tail.endOfEntry(at);
    }
    return found;
  }

  private int firstEntry() {
    return Math.min(HEADER_BYTES, bytes.length);
  }

  /** The entry that begins here, which must be whole. */
  private LogEntryProto entry(int at) throws IOException {
    int lengthEnd = endOfVarint(at);
    return LogEntryProto.parseFrom(ByteBuffer.wrap(bytes, lengthEnd, (int) varint(at, lengthEnd)));
  }

  private static void mendFile(Path file) throws IOException {
    LogTail tail = new LogTail(file, Files.readAllBytes(file));
    int end = tail.wholeEnd();
    if (end < tail.writtenEnd) {
      tail.requireTorn(end);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
      }
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("position", end)
          .log("an entry of the quorum's log was not written to its end and is cut off");
    }
  }

  /** Where the entries end that follow each other whole from the beginning. */
  private int wholeEnd() {
    int end = firstEntry();
    int next = endOfEntry(end);
    while (next > end) {
      end = next;
      next = endOfEntry(end);
    }
    return end;
  }

  /** Behind the entry that begins here; 0 when none does that is whole. */
  private int endOfEntry(int at) {
    int lengthEnd = endOfVarint(at);
    if (lengthEnd == 0 || lengthEnd >= bytes.length || bytes[lengthEnd] != TERM_TAG) {
      return 0;
    }
    long end = lengthEnd + varint(at, lengthEnd);
    if (end > bytes.length - CRC_BYTES) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, (int) end - at);
    int stored = ByteBuffer.wrap(bytes, (int) end, CRC_BYTES).getInt();
    return stored == (int) crc.getValue() ? (int) end + CRC_BYTES : 0;
  }

  private int endOfVarint(int at) {
    for (int end = at; end < Math.min(at + 5, bytes.length); end++) {
      if (bytes[end] >= 0) {
        return end + 1;
      }
    }
    return 0;
  }

  private long varint(int from, int end) {
    long value = 0;
    for (int i = end - 1; i >= from; i--) {
      value = (value << 7) | (bytes[i] & 0x7f);
    }
    return value;
  }

  /**
   * What was written in one go reaches the disk by sectors: torn is what goes on to the end of the
   * file, or from the start of a sector on with zeros, and has no whole entry behind it.
   */
  private void requireTorn(int at) throws StoreFailure {
    for (int behind = at + 1; behind < writtenEnd; behind++) {
      if (endOfEntry(behind) != 0) {
        throw damaged(at, "entries that are whole lie behind it");
      }
    }
    int lengthEnd = endOfVarint(at);
    long end = lengthEnd == 0 ? at + 5L : lengthEnd + varint(at, lengthEnd) + CRC_BYTES;
    if (end > bytes.length && bytes.length - writtenEnd <= MANY_ZEROS) {
      return;
    }
    long zerosFrom = (long) Math.ceilDiv(writtenEnd, SECTOR_BYTES) * SECTOR_BYTES;
    if (zerosFrom >= end || zerosFrom - writtenEnd > MANY_ZEROS) {
      throw damaged(at, "its checksum is not that of its bytes");
    }
  }

  private StoreFailure damaged(int at, String how) {
    return new StoreFailure(
        "%s is damaged at byte %s: an entry of the quorum's log cannot be read and %s. With other members, remove this voter and add it again, emptied; alone, restore the folder from a backup"
            .formatted(file, at, how));
  }
}
