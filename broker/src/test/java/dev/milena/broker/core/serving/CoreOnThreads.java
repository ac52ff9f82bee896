package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.log.disk.Disk;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** A core with its threads over two log directories, and what a client would ask of it. */
class CoreOnThreads {
  static final Caller CALLER = new Caller("test", "127.0.0.1:1", Caller.ANONYMOUS, "");
  static final long SECONDS = 30;
  static final int PARTITIONS = 3;
  static final String TOPIC = "logs";

  @TempDir Path folder;

  final StandInQuorum quorum = new StandInQuorum(3);

  /** disk.stall.ms; many tests have disks wait for what the test does next. */
  long stallMs = 60_000;

  final AtomicReference<Throwable> fatal = new AtomicReference<>();
  final CompletableFuture<Throwable> ended = new CompletableFuture<>();

  CoreWiring started(Disk disk) throws Exception {
    CoreWiring core = opened(disk);
    core.register(Registrant.alone("127.0.0.1", 9092, ""), TimeUnit.SECONDS.toMillis(SECONDS));
    return core;
  }

  CoreWiring opened(Disk disk) throws IOException {
    return opened(disk, quorum);
  }

  CoreWiring opened(Disk disk, QuorumGateway gateway) throws IOException {
    return openedIn("", disk, gateway);
  }

  /** A core with log directories of its own. */
  CoreWiring openedIn(String below, Disk disk, QuorumGateway gateway) throws IOException {
    return openedIn(below, disk, gateway, CoreSettings.Limits.of(2, 256 << 20));
  }

  CoreWiring openedIn(String below, Disk disk, QuorumGateway gateway, CoreSettings.Limits limits)
      throws IOException {
    Path home = folder.resolve(below);
    var settings =
        new CoreSettings(
            1,
            "test",
            List.of(home.resolve("one"), home.resolve("two")),
            new TopicDefaults(
                1, new ReplicaPlan.ByRule(1), TopicImage.BY_RULE, new TreeMap<>(), 86_400_000),
            6_000,
            new CoreSettings.Disks(stallMs, ScrubPace.NEVER),
            limits);
    return CoreWiring.open(settings, disk, gateway, new LocalNetwork().dialerOf(1), this::end);
  }

  private void end(Throwable failure) {
    fatal.set(failure);
    ended.complete(failure);
  }

  static void create(CoreWiring core) throws Exception {
    var call =
        new TopicCall.CreateTopicCall(
            CALLER, TOPIC, PARTITIONS, TopicCall.UNSET, new TreeMap<>(), false, 5_000);
    assertInstanceOf(TopicOutcome.TopicChanged.class, change(core, call));
  }

  static TopicOutcome change(CoreWiring core, TopicCall call) throws Exception {
    CompletableFuture<TopicOutcome> answer = new CompletableFuture<>();
    core.core().changeTopic(call, answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  static CompletableFuture<PartOutcome> produce(CoreWiring core, int partition, String value) {
    CompletableFuture<PartOutcome> answer = new CompletableFuture<>();
    Consumer<List<PartOutcome>> first = outcomes -> answer.complete(outcomes.getFirst());
    var part =
        new ProduceCall.Part(new PartitionName(TOPIC, partition), SampleBatches.of(1, value));
    core.core().produce(new ProduceCall(CALLER, Acks.ALL, 30_000, List.of(part)), first);
    return answer;
  }

  /** The names of the core's threads that live now. */
  static Set<String> threads() {
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
