package dev.milena.simulation.cluster;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The batches of a log as they lie on a disk, by base offset; ends at the first that is not whole.
 */
record StoredLog(TreeMap<Long, ByteBuffer> batches) {
  /** Reads a partition's folder; one that is not there holds nothing. */
  static StoredLog of(SimDisk disk, String folder) {
    TreeMap<Long, ByteBuffer> batches = new TreeMap<>();
    Path path = ClusterNode.ROOT.resolve(folder);
    try {
      List<String> names = disk.exists(path) ? disk.list(path) : List.of();
      for (String segment : names.stream().filter(name -> name.endsWith(".log")).toList()) {
        split(bytes(disk, path.resolve(segment)), batches);
      }
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
    return new StoredLog(batches);
  }

  private static ByteBuffer bytes(SimDisk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeInBytes()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {}
      return bytes.flip();
    }
  }

  private static void split(ByteBuffer bytes, Map<Long, ByteBuffer> into) {
    int at = 0;
    while (bytes.limit() - at >= BatchHeader.SIZE) {
      int size = BatchHeader.sizeInBytes(bytes, at);
      if (size < BatchHeader.SIZE || at + size > bytes.limit()) {
        return;
      }
      into.put(BatchHeader.baseOffset(bytes, at), bytes.slice(at, size));
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
