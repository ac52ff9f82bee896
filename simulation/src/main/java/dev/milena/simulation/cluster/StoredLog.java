package dev.milena.simulation.cluster;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * The batches of a log as they lie on a disk, by base offset; ends at the first that is not whole.
 */
record StoredLog(TreeMap<Long, ByteBuffer> batches, TreeMap<Long, Place> places) {
  /** Where a batch begins. */
  record Place(Path file, int position) {
    /** What lies there now, as far as there is a file. */
    ByteBuffer bytes(SimDisk disk, int count) {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      try {
        if (disk.exists(file)) {
          fill(disk, bytes);
        }
      } catch (IOException unexpected) {
        throw new UncheckedIOException(unexpected);
      }
      return bytes.flip();
    }

    private void fill(SimDisk disk, ByteBuffer bytes) throws IOException {
      try (DiskFile open = disk.open(file)) {
        int read = 1;
        while (bytes.hasRemaining() && read > 0) {
          read = open.read(bytes, (long) position + bytes.position());
        }
      }
    }
  }

  /** Reads a partition's folder; one that is not there holds nothing. */
  static StoredLog of(SimDisk disk, String folder) {
    StoredLog log = new StoredLog(new TreeMap<>(), new TreeMap<>());
    Path path = ClusterNode.ROOT.resolve(folder);
    try {
      List<String> names = disk.exists(path) ? disk.list(path) : List.of();
      for (String segment : names.stream().filter(name -> name.endsWith(".log")).toList()) {
        log.split(path.resolve(segment), bytes(disk, path.resolve(segment)));
      }
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
    return log;
  }

  private static ByteBuffer bytes(SimDisk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeInBytes()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {}
      return bytes.flip();
    }
  }

  private void split(Path file, ByteBuffer bytes) {
    int at = 0;
    while (bytes.limit() - at >= BatchHeader.SIZE) {
      int size = BatchHeader.sizeInBytes(bytes, at);
      if (size < BatchHeader.SIZE || at + size > bytes.limit()) {
        return;
      }
      long base = BatchHeader.baseOffset(bytes, at);
      batches.put(base, bytes.slice(at, size));
      places.put(base, new Place(file, at));
      at += size;
    }
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  long logStart() {
    return batches.isEmpty() ? 0 : batches.firstKey();
  }

  long logEnd() {
    return batches.isEmpty() ? 0 : BatchHeader.endOffset(batches.lastEntry().getValue(), 0);
  }

  /** The epoch in which the batch that holds an offset was appended. */
  int epochOf(long offset) {
    return BatchHeader.partitionLeaderEpoch(batches.floorEntry(offset).getValue(), 0);
  }
}
