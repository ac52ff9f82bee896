package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The replicas of a partition as they lie on the disks of three nodes that have ended. */
final class LogBytes {
  private LogBytes() {}

  /** Where a node has its replica of a partition. */
  static Path folder(Cluster cluster, int id, String topicId, int partition) {
    return cluster.data(id).resolve(topicId + "-" + partition);
  }

  /** The segments of a log, in order. */
  static List<Path> segments(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  /** Fails unless all partitions have records, the same bytes at each of the three. */
  static void assertAlike(Cluster cluster, String topicId, int partitions) throws IOException {
    for (int partition = 0; partition < partitions; partition++) {
      String log = topicId + "-" + partition;
      byte[] first = bytes(folder(cluster, 1, topicId, partition));
      assertTrue(first.length > 0, log);
      assertArrayEquals(first, bytes(folder(cluster, 2, topicId, partition)), log);
      assertArrayEquals(first, bytes(folder(cluster, 3, topicId, partition)), log);
    }
  }

  private static byte[] bytes(Path log) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path segment : segments(log)) {
      all.writeBytes(Files.readAllBytes(segment));
    }
    return all.toByteArray();
  }
}
