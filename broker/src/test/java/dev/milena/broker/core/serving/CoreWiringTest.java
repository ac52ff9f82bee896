package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.log.disk.JdkDisk;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The core with its threads over a real disk. */
class CoreWiringTest extends CoreOnThreads {
  private static final int WRITERS = 4;
  private static final int WRITES = 150;

  @Test
  void whatManyWritersStoredIsThereInTheirOrderAfterARestartAndNoThreadStays() throws Exception {
    Set<String> before = threads();
    try (CoreWiring core = started(new JdkDisk())) {
      create(core);
      List<Thread> writers = new ArrayList<>();
      List<CompletableFuture<Boolean>> done = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        CompletableFuture<Boolean> all = new CompletableFuture<>();
        done.add(all);
        writers.add(Thread.ofPlatform().start(() -> all.complete(write(core, number))));
      }
      for (Thread writer : writers) {
        writer.join(TimeUnit.SECONDS.toMillis(SECONDS));
      }
      for (CompletableFuture<Boolean> all : done) {
        assertTrue(all.get(SECONDS, TimeUnit.SECONDS));
      }
      assertEquals(WRITERS * WRITES, readAll(core));
    }
    assertTrue(Files.exists(folder.resolve("one").resolve("milena.clean")));
    quorum.forgetFollowers();
    try (CoreWiring again = started(new JdkDisk())) {
      assertEquals(WRITERS * WRITES, readAll(again));
    }
    Set<String> left = threads();
    left.removeAll(before);
    assertEquals(List.of(), List.copyOf(left));
    assertEquals(null, fatal.get());
  }

  @Test
  void logsAreSpreadOverTheDirectories() throws Exception {
    try (CoreWiring core = started(new JdkDisk())) {
      create(core);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertInstanceOf(
            PartOutcome.Written.class,
            produce(core, partition, "a").get(SECONDS, TimeUnit.SECONDS));
      }
    }
    for (String directory : List.of("one", "two")) {
      try (var names = Files.list(folder.resolve(directory))) {
        assertTrue(names.filter(Files::isDirectory).count() >= 1, directory + " has no log");
      }
    }
  }

  @Test
  void deletedTopicIsGoneFromTheDisk() throws Exception {
    try (CoreWiring core = started(new JdkDisk())) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      assertInstanceOf(
          TopicOutcome.TopicDeleted.class,
          change(core, new TopicCall.DeleteTopicCall(CALLER, TOPIC, 5_000)));
    }
    try (var all = Files.walk(folder)) {
      assertEquals(0, all.filter(path -> path.toString().endsWith(".log")).count());
    }
  }

  private static boolean write(CoreWiring core, int writer) {
    for (int i = 0; i < WRITES; i++) {
      PartOutcome outcome = produce(core, i % PARTITIONS, writer + ":" + i).join();
      if (!(outcome instanceof PartOutcome.Written)) {
        throw new AssertionError(outcome.toString());
      }
    }
    return true;
  }

  private static int readAll(CoreWiring core) throws Exception {
    int records = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      TreeMap<String, Integer> last = new TreeMap<>();
      for (String value : values(core, partition)) {
        String[] words = value.split(":");
        Integer before = last.put(words[0], Integer.valueOf(words[1]));
        assertTrue(before == null || before < Integer.parseInt(words[1]), "order of " + value);
        records++;
      }
    }
    return records;
  }

  private static List<String> values(CoreWiring core, int partition) throws Exception {
    List<String> values = new ArrayList<>();
    long from = 0;
    while (true) {
      CompletableFuture<FetchOutcome> answer = new CompletableFuture<>();
      core.core()
          .fetch(
              new FetchCall(
                  CALLER,
                  new PartitionName(TOPIC, partition),
                  new FetchStart.AtOffset(from),
                  FetchCall.FetchForm.RECORDS,
                  new FetchCall.Bounds(1, 4_096, 0)),
              answer::complete);
      var read =
          assertInstanceOf(
              FetchOutcome.RecordsFetched.class, answer.get(SECONDS, TimeUnit.SECONDS));
      if (read.records().isEmpty()) {
        return values;
      }
      read.records().forEach(record -> values.add(SampleBatches.text(record.value())));
      from = read.nextOffset();
    }
  }
}
