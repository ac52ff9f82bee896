package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RehearsalTest extends ToolOnCluster {
  @Test
  void aClusterThatHasTopicsIsLeftAlone() {
    assertEquals(0, run("topics --create --topic mine --partitions 1 --replication-factor 1"));
    run("topics --list");
    String before = tool.out();

    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Rehearsal.main(new String[] {cluster.bootstrap()}));

    assertTrue(String.valueOf(refused.getMessage()).contains(cluster.bootstrap()));
    tool = new ToolRun("");
    run("topics --list");
    assertEquals(before, tool.out());
  }
}
