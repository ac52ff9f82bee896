package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionerTest {
  /** The vectors are those of Kafka's own UtilsTest. */
  @ParameterizedTest
  @CsvSource({
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "abc, 479470107"
  })
  void keysHashAsInKafka(String key, int hash) {
    ByteBuffer bytes = Samples.utf8("##" + key + "#");
    bytes.position(2).limit(bytes.limit() - 1);
    assertEquals(hash, Partitioner.murmur2(bytes));
    assertEquals(hash, Partitioner.murmur2(bytes.slice().order(ByteOrder.LITTLE_ENDIAN)));
    assertEquals((hash & 0x7fffffff) % 6, Partitioner.partitionOf(bytes, 6));
    assertEquals(2, bytes.position());
  }

  @Test
  void anEmptyKeyHasAPartitionToo() {
    assertEquals(
        (Partitioner.murmur2(Samples.utf8("")) & 0x7fffffff) % 7,
        Partitioner.partitionOf(Samples.utf8(""), 7));
  }

  @Test
  void aTopicWithoutPartitionsIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Partitioner.partitionOf(Samples.utf8("a"), 0));
  }
}
