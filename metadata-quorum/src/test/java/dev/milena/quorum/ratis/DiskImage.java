package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A stopped member's disk as it was at one moment, and what may become of such a disk. */
final class DiskImage {
  private static final int SECTOR_BYTES = 512;
  private static final int HEADER_BYTES = 8;

  private final Path kept;

  private DiskImage(Path kept) {
    this.kept = kept;
  }

  /** Of a member that does not run. */
  static DiskImage of(QuorumSettings member) throws IOException {
    Path kept = member.folder().resolveSibling(member.folder().getFileName() + "-kept");
    SnapshotFiles.delete(kept);
    copy(member.folder(), kept);
    return new DiskImage(kept);
  }

  /** In the place of what lies there now. */
  void putBack(QuorumSettings member) throws IOException {
    SnapshotFiles.delete(member.folder());
    copy(kept, member.folder());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** The file that a member's log was written to last, with an entry in it. */
  static Path newestLog(QuorumSettings member) throws IOException {
    List<Path> open =
        Members.list(Members.groupFolder(member).resolve("current"), "log_inprogress_");
    return open.getLast();
  }

  /** The last sector that holds anything, or more of them, are zeros now; the header stays. */
  static void zeroLastSectors(Path log, int count) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    int from = (Math.ceilDiv(end, SECTOR_BYTES) - count) * SECTOR_BYTES;
    Arrays.fill(bytes, Math.max(HEADER_BYTES, from), end, (byte) 0);
    Files.write(log, bytes);
  }
}
