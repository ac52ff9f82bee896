package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.FakeCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the tool says, and ends with, when something is in the way. */
class TroubleTest {
  private final FakeCluster cluster = new FakeCluster(2);
  private final ByteArrayOutputStream talk = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    cluster.close();
  }

  private int run(String command, InputStream in, OutputStream out) {
    List<String> args = new ArrayList<>(Arrays.asList(command.split(" ")));
    args.addAll(List.of("--bootstrap-server", cluster.bootstrap()));
    PrintStream said = new PrintStream(talk, true, StandardCharsets.UTF_8);
    return new Kafkactl(new Surroundings(in, out, said, Map.of(), false)).run(args);
  }

  private String said() {
    return talk.toString(StandardCharsets.UTF_8);
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Fails as a file does. */
  private static OutputStream failing(String words) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(words);
      }
    };
  }

  /** A line that comes late. */
  private static InputStream late(String text, long afterMs) {
    return new InputStream() {
      private final InputStream in = text(text);

      @Override
      public int read() throws IOException {
        return in.read();
      }

      @Override
      public int read(byte[] into, int from, int count) throws IOException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMs));
        return in.read(into, from, count);
      }
    };
  }

  @Test
  void aChangeThatWasNotAnsweredInTimeSaysTheTimeAndWhereToLook() {
    String late =
        " did not answer within the %s ms that the call may take; the change may or may not have been made: look before you repeat it; kafkactl %s shows what came of it\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String change : List.of("--add-voter 9@h9:9093", "--remove-voter 9")) {
      talk.reset();
      assertEquals(1, run("--timeout-ms 300 quorum " + change, text(""), out));
      assertTrue(said().endsWith(late.formatted(300, "quorum --describe")), said());
    }
    cluster.createTopic("T", 1);
    cluster.answerTooLate();
    for (String change : List.of("--create", "--alter --partitions 3", "--delete")) {
      talk.reset();
      assertEquals(1, run("topics --topic T " + change, text(""), out));
      assertTrue(said().endsWith(late.formatted(15_000, "topics --describe --topic T")), said());
    }
  }

  @Test
  void aFullDiskIsAFailureAndAReaderWhoHasEnoughIsNot() {
    cluster.createTopic("T", 1);
    assertEquals(1, run("topics --list", text(""), failing("No space left on device")));
    assertEquals("kafkactl: standard output cannot be written: No space left on device\n", said());
    talk.reset();
    assertEquals(0, run("topics --list", text(""), failing("Broken pipe")));
    assertEquals("", said());
  }

  @Test
  void theLineAtWhichSendingStoppedIsNamed() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 0);
    InputStream in = new SequenceInputStream(text("a\nb\n"), late("c\nd\n", 1_500));
    assertEquals(1, run("produce --topic T --timeout-ms 100", in, OutputStream.nullOutputStream()));
    assertTrue(
        said().contains("kafkactl: stopped at line 3; it and all after it were not sent\n"),
        said());
    assertTrue(said().contains("2 lines from 1 to 2"), said());
  }

  @Test
  void aPartitionWithoutALeaderIsNoBrokerThatCannotBeReached() {
    cluster.createTopic("T", 2);
    cluster.lead("T", 1, 0);
    String command = "consume --topic T --from-beginning --idle-exit-ms 300";
    assertEquals(1, run(command, text(""), OutputStream.nullOutputStream()), said());
    assertTrue(
        said().contains("kafkactl: cannot tell whether there is more to read: T-1 has no leader\n"),
        said());
  }

  @Test
  void onePartitionWhoseLeaderIsGoneIsNoClusterThatIs() {
    cluster.createTopic("T", 2);
    cluster.lead("T", 1, 2);
    cluster.kill(2);
    String command = "consume --topic T --from-beginning --idle-exit-ms 300";
    assertEquals(1, run(command, text(""), OutputStream.nullOutputStream()), said());
    assertTrue(said().contains("kafkactl: cannot tell whether there is more to read"), said());
  }

  @Test
  void whoCannotWriteForWantOfALeaderIsToldSo() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 0);
    String command = "produce --topic T --timeout-ms 100";
    assertEquals(1, run(command, text("a\n"), OutputStream.nullOutputStream()));
    assertEquals(
        """
        kafkactl: line 1 (1 byte): a record for T-0 was not acknowledged within 400 ms; it was not\
         written (T-0 has no leader)
        produced 0 records to T
        """,
        said());
  }

  @Test
  void readingFromALeaderThatIsGoneIsNotTheEndOfTheTopic() {
    cluster.createTopic("T", 1);
    cluster.lead("T", 0, 2);
    cluster.kill(2);
    String command = "consume --topic T --from-beginning --idle-exit-ms 2500";
    assertEquals(3, run(command, text(""), OutputStream.nullOutputStream()));
    String leader = "the leader of T-0 at " + cluster.address(2);
    assertTrue(said().startsWith("kafkactl: the connection to " + leader), said());
    assertTrue(
        said().contains("trying again\nconsumed 0 records from T\nkafkactl: cannot tell"), said());
  }
}
