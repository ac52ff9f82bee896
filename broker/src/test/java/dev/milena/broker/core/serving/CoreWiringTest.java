package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The core with its threads over a real disk. */
class CoreWiringTest {
  private static final Caller CALLER = new Caller("test", "127.0.0.1:1", Caller.ANONYMOUS, "");
  private static final long SECONDS = 30;
  private static final int WRITERS = 4;
  private static final int WRITES = 150;
  private static final int PARTITIONS = 3;

  @TempDir private Path folder;

  private final StandInQuorum quorum = new StandInQuorum(3);
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();

  @Test
  void whatManyWritersStoredIsThereInTheirOrderAfterARestartAndNoThreadStays() throws Exception {
    Set<String> before = threads();
    try (CoreWiring core = started()) {
      create(core, "logs");
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
    try (CoreWiring again = started()) {
      assertEquals(WRITERS * WRITES, readAll(again));
    }
    Set<String> left = threads();
    left.removeAll(before);
    assertEquals(List.of(), List.copyOf(left));
    assertEquals(null, fatal.get());
  }

  @Test
  void logsAreSpreadOverTheDirectories() throws Exception {
    try (CoreWiring core = started()) {
      create(core, "logs");
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
    try (CoreWiring core = started()) {
      create(core, "logs");
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      assertInstanceOf(
          TopicOutcome.TopicDeleted.class,
          change(core, new TopicCall.DeleteTopicCall(CALLER, "logs", 5_000)));
    }
    try (var all = Files.walk(folder)) {
      assertEquals(0, all.filter(path -> path.toString().endsWith(".log")).count());
    }
  }

  private CoreWiring started() throws Exception {
    var settings =
        new CoreSettings(
            1,
            "test",
            List.of(folder.resolve("one"), folder.resolve("two")),
            new TopicDefaults(
                1, new ReplicaPlan.ByRule(1), TopicImage.BY_RULE, new TreeMap<>(), FlushPolicy.ACK),
            CoreSettings.Limits.of(2, 256 << 20));
    CoreWiring core = CoreWiring.open(settings, new JdkDisk(), quorum, fatal::set);
    core.register("127.0.0.1", 9092, "", TimeUnit.SECONDS.toMillis(SECONDS));
    return core;
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
                  new PartitionName("logs", partition),
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

  private static void create(CoreWiring core, String topic) throws Exception {
    var call =
        new TopicCall.CreateTopicCall(
            CALLER, topic, PARTITIONS, TopicCall.UNSET, new TreeMap<>(), false, 5_000);
    assertInstanceOf(TopicOutcome.TopicChanged.class, change(core, call));
  }

  private static TopicOutcome change(CoreWiring core, TopicCall call) throws Exception {
    CompletableFuture<TopicOutcome> answer = new CompletableFuture<>();
    core.core().changeTopic(call, answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private static CompletableFuture<PartOutcome> produce(
      CoreWiring core, int partition, String value) {
    CompletableFuture<PartOutcome> answer = new CompletableFuture<>();
    Consumer<List<PartOutcome>> first = outcomes -> answer.complete(outcomes.getFirst());
    var part =
        new ProduceCall.Part(new PartitionName("logs", partition), SampleBatches.of(1, value));
    core.core().produce(new ProduceCall(CALLER, Acks.ALL, 30_000, List.of(part)), first);
    return answer;
  }

  private static Set<String> threads() {
    TreeSet<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread
          .getName()
          .matches("(partitions|reader|background|answers|housekeeping|timer|flush)-.*")) {
        names.add(thread.getName());
      }
    }
    return names;
  }
}
