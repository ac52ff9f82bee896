package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code consume} does when one partition of several cannot be read on. */
class PartitionEndsTest extends ToolOnCluster {
  private void produce(int partition, String lines) {
    ToolRun writer = new ToolRun(lines);
    List<String> args =
        List.of(
            "produce",
            "--topic",
            "T",
            "--partition",
            Integer.toString(partition),
            "--bootstrap-server",
            cluster.bootstrap());
    assertEquals(0, writer.run(args), writer.talk());
  }

  @Test
  void whatRetentionTookBeforeItWasReadIsCountedAndReadingGoesOnBehindIt() {
    cluster.createTopic("T", 2);
    produce(0, "a\nb\n");
    // no stream is open while the log changes below: each ends with its first answer
    cluster.endStreamsAfter(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream talk = new ByteArrayOutputStream();
    OutputStream slowPipe =
        new OutputStream() {
          @Override
          public void write(int one) {
            out.write(one);
          }

          @Override
          public void write(byte[] bytes, int from, int count) {
            boolean first = count > 0 && out.size() == 0;
            out.write(bytes, from, count);
            if (first) {
              produce(0, "c\nd\ne\nf\n");
              produce(1, "g\nh\n");
              cluster.startLogAt("T", 0, 5);
              cluster.endStreamsAfter(Integer.MAX_VALUE);
            }
          }
        };
    int code =
        new Kafkactl(
                new Surroundings(
                    new ByteArrayInputStream(new byte[0]),
                    slowPipe,
                    new PrintStream(talk, true, StandardCharsets.UTF_8),
                    Map.of(),
                    false))
            .run(
                List.of(
                    "consume",
                    "--topic",
                    "T",
                    "--from-beginning",
                    "--max-messages",
                    "5",
                    "--bootstrap-server",
                    cluster.bootstrap()));
    assertEquals(
        "kafkactl: 3 records of T-0 were missed: those at the offsets 2 to 4 were deleted before"
            + " they were read; going on at offset 5\nconsumed 5 records from T\n",
        talk.toString(StandardCharsets.UTF_8),
        out.toString(StandardCharsets.UTF_8));
    assertEquals(
        List.of("a", "b", "f", "g", "h"),
        out.toString(StandardCharsets.UTF_8).lines().sorted().toList());
    assertEquals(0, code);
  }

  @Test
  void anOffsetThatIsNoLongerKeptIsTheLogsStartAndThatIsSaid() {
    cluster.createTopic("T", 1);
    produce(0, "a\nb\n");
    cluster.startLogAt("T", 0, 1);
    assertEquals(0, run("consume --topic T --partition 0 --offset 0 --max-messages 1"));
    assertEquals("b\n", tool.out());
    assertEquals(
        "kafkactl: 1 record of T-0 was missed: that at the offset 0 was deleted before it was"
            + " read; going on at offset 1\nconsumed 1 record from T\n",
        tool.talk());
  }

  @Test
  void aDamagedPartitionIsNamedTheOthersAreReadAndTheEndIsAFailure() {
    cluster.createTopic("T", 3);
    for (int partition = 0; partition < 3; partition++) {
      produce(partition, partition + "\n");
    }
    cluster.damage("T", 1);
    assertEquals(1, run("consume --topic T --from-beginning --idle-exit-ms 300"));
    assertEquals(List.of("0", "2"), tool.out().lines().sorted().toList());
    assertTrue(tool.talk().startsWith("kafkactl: T-1 cannot be read on: corrupt log"), tool.talk());
    assertTrue(tool.talk().endsWith("; the others are\nconsumed 2 records from T\n"), tool.talk());
  }

  @Test
  void whereNothingIsLeftToReadReadingEnds() {
    cluster.createTopic("T", 1);
    produce(0, "a\n");
    cluster.damage("T", 0);
    assertEquals(1, run("consume --topic T --from-beginning"));
    assertTrue(tool.talk().startsWith("kafkactl: T-0 cannot be read on: corrupt log"), tool.talk());
    assertEquals(1, run("consume --topic T --partition 0 --offset 7"));
  }
}
