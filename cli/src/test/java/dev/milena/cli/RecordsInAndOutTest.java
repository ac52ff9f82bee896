package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that the tool writes and reads, against brokers in this process. */
class RecordsInAndOutTest extends ToolOnCluster {
  @Test
  void whatGoesInComesOutByteForByte() throws Exception {
    cluster.createTopic("T", 1);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    for (int i = 0; i < 5000; i++) {
      in.write(("line " + i + " \u00e9\u0000").getBytes(StandardCharsets.UTF_8));
      in.write(new byte[] {(byte) 0xff, (byte) 0xc3, 13, 7});
      in.write('\n');
    }
    assertEquals(0, run("produce --topic T", in.toByteArray()), tool.talk());
    assertEquals("produced 5000 records to T\n", tool.talk());
    assertEquals("", tool.out());
    assertEquals(0, run("consume --topic T --from-beginning --max-messages 5000"));
    assertArrayEquals(in.toByteArray(), tool.outBytes());
    assertEquals("consumed 5000 records from T\n", tool.talk());
  }

  @Test
  void aFileIsReadToo(@TempDir Path folder) throws Exception {
    cluster.createTopic("T", 1);
    Path file = Files.writeString(folder.resolve("f"), "a\r\nb");
    assertEquals(0, run("produce --topic T --compression zstd --acks 1 --file " + file));
    runs("consume --topic T --partition 0 --offset 0 --idle-exit-ms 100", "a\nb\n");
  }

  @Test
  void keysHeadersAndNullsArePrintedWhenAskedFor() {
    cluster.createTopic("T", 1);
    assertEquals(
        0,
        run(
            "produce --topic T --property parse.key=true --property key.separator=| --property"
                + " parse.headers=true --property null.marker=-",
            "a:1,b:-\tk|v\n-\t-|-\n"));
    runs(
        "consume --topic T --from-beginning --max-messages 2 --property print.key=true --property"
            + " print.headers=true --property print.offset=true --property print.partition=true"
            + " --property key.separator=;",
        "Partition:0;Offset:0;a:1,b:null;k;v\nPartition:0;Offset:1;NO_HEADERS;null;null\n");
    assertEquals(
        0,
        run(
            "consume --topic T --partition 0 --offset 1 --max-messages 1 --property"
                + " print.timestamp=true"));
    assertTrue(tool.out().matches("CreateTime:[0-9]{13}\tnull\n"), tool.out());
    runs(
        "consume --topic T --from-beginning --max-messages 1 --property print.value=false"
            + " --property print.key=true",
        "k\n");
  }

  @Test
  void aLineWithoutSeparatorStopsThereAndSaysWhatWasSent() {
    cluster.createTopic("T", 1);
    int code = run("produce --topic T --property parse.key=true", "a\tb\nc\td\nno tab\ne\tf\n");
    assertEquals(1, code);
    assertEquals(
        "kafkactl: line 3: no key, the line has no \"\\t\"; stopped there, the lines before it were"
            + " sent\nproduced 2 records to T\n",
        tool.talk());
  }

  @Test
  void aLineThatTheTopicRefusesIsNamedWithItsSizeAndTheBound() {
    cluster.createTopic("T", 1);
    cluster.refuseBatchesOver(2000);
    assertEquals(1, run("produce --topic T", "a\n" + "x".repeat(3000) + "\nb\n"));
    assertTrue(
        tool.talk()
            .startsWith(
                "kafkactl: line 2 (3000 bytes): the record needs a batch of 3070 bytes, and"
                    + " max.message.bytes of topic T is 2000; raise it"),
        tool.talk());
    assertTrue(tool.talk().endsWith("produced 2 records to T\n"), tool.talk());
  }

  @Test
  void everyLineThatFailedIsNamedHoweverDifferentTheFailuresSound() {
    cluster.createTopic("T", 1);
    cluster.refuseBatchesOver(2000);
    StringBuilder in = new StringBuilder();
    for (int line = 1; line <= 60; line++) {
      // 2 lines too large, each by another size, then one that is not
      in.append("x".repeat(line % 3 == 0 ? 1 : 3000 + line)).append('\n');
    }
    assertEquals(1, run("produce --topic T", in.toString()));
    StringBuilder lines = new StringBuilder();
    for (int line = 1; line < 60; line += 3) {
      lines.append(line == 1 ? "" : ", ").append(line).append(", ").append(line + 1);
    }
    assertTrue(
        tool.talk().startsWith("kafkactl: 40 lines (" + lines + "); of line 1"), tool.talk());
    assertTrue(tool.talk().endsWith("produced 20 records to T\n"), tool.talk());
    assertEquals(2, tool.talk().lines().count(), tool.talk());
  }

  @Test
  void linesThatFailAlikeAreReportedTogether() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 0);
    assertEquals(1, run("produce --topic T --timeout-ms 500", "a\nb\nc\n"));
    assertTrue(tool.talk().startsWith("kafkactl: 3 lines from 1 to 3: "), tool.talk());
    assertTrue(tool.talk().endsWith("produced 0 records to T\n"), tool.talk());
  }

  @Test
  void recordsGoToOnePartitionWhenToldSo() {
    cluster.createTopic("T", 3);
    assertEquals(0, run("produce --topic T --partition 2", "a\nb\n"));
    runs("consume --topic T --partition 2 --offset earliest --max-messages 2", "a\nb\n");
    refuses(
        "consume --topic T --partition 3",
        1,
        "kafkactl: topic \"T\" has partitions 0 to 2, got 3\n");
    assertEquals(1, run("produce --topic T --partition 3", "a\n"));
  }

  @Test
  void offsetsAreOfOnePartitionAlsoWhereATopicHasNoOther() {
    cluster.createTopic("T", 1);
    for (String offset : new String[] {"5", "earliest", "latest"}) {
      refuses(
          "consume --topic T --offset " + offset,
          2,
          "kafkactl: --offset "
              + offset
              + " needs --partition P, since offsets count in each partition; all partitions are"
              + " read with --from-beginning, with --from-time TIME, or from now on with neither\n");
    }
  }

  @Test
  void separatorsMayBeTypedAsEscapes() {
    cluster.createTopic("T", 1);
    assertEquals(
        0,
        run("produce --topic T --property parse.key=true --property key.separator=\\t", "k\tv\n"),
        tool.talk());
    runs(
        "consume --topic T --from-beginning --max-messages 1 --property print.key=true"
            + " --property key.separator=\\\\ --property line.separator=\\r\\n",
        "k\\v\r\n");
    refuses(
        "consume --topic T --property line.separator=\\0",
        2,
        "kafkactl: property line.separator takes \\t, \\n, \\r, and \\\\ for one backslash; got"
            + " \"\\0\"\n");
    assertEquals(2, run("produce --topic T --property key.separator=\\", "x"));
    assertEquals(0, run("produce --topic T --property null.marker=\\N", "\\N\n"), tool.talk());
    runs(
        "consume --topic T --partition 0 --offset 1 --max-messages 1 --property null.literal=\\N",
        "\\N\n");
    assertEquals("consumed 1 record from T\n", tool.talk());
  }

  @Test
  void nothingIsProducedFromNothing() {
    cluster.createTopic("T", 1);
    assertEquals(0, run("produce --topic T", ""));
    assertEquals("produced 0 records to T\n", tool.talk());
    runs("consume --topic T --from-beginning --idle-exit-ms 50", "");
    runs("consume --topic T --from-time 2026-01-01 --max-messages 0", "");
  }
}
