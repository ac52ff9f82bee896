package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReplicaSetTest {
  @Test
  void replicaSetKeepsIdsSortedAndOnce() {
    ReplicaSet set = ReplicaSet.of(3, 1, 3, 2).union(ReplicaSet.of(9, 1));
    assertEquals("[1, 2, 3, 9]", set.toString());
    assertEquals(ReplicaSet.of(9, 3, 2, 1), set);
    assertTrue(Arrays.stream(new int[] {1, 2, 3, 9}).allMatch(set::contains));
    assertFalse(set.contains(4));
  }
}
