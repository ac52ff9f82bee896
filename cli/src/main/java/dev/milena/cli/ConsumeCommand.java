package dev.milena.cli;

import dev.milena.client.Consumer;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.RecordRun;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl consume}: a line a record. */
@Command(
    name = "consume",
    description = {
      "Prints the records of a topic, a line each, in order within each partition, and goes on until it is stopped.",
      "",
      "Without any of the options that say where to begin, it prints what is written from now on."
    },
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl consume --topic T [--from-beginning | --from-time TIME]",
      "                   [--partition P [--offset N|earliest|latest]]",
      "                   [--max-messages N] [--idle-exit-ms N] [--property K=V]..."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nProperties:%n",
    footer = {
      "  print.timestamp=true       print these too, in this order",
      "  print.partition=true",
      "  print.offset=true",
      "  print.headers=true",
      "  print.key=true",
      "  print.value=false          leave the value out",
      "  key.separator=S            between the parts of a record (default: a tab)",
      "  line.separator=S           after each record (default: a line feed)",
      "  headers.separator=S        between two headers (default: ,)",
      "  null.literal=S             what null is printed as (default: null)",
      "In a separator \\t, \\n, \\r and \\\\ stand for tab, line feed, return, backslash."
    })
final class ConsumeCommand implements Callable<Integer> {
  private static final long POLL_MS = 100;
  private static final int LEAST_WAIT_MS = 20;

  /** Failures that heal sooner, as when a leader changes, are nobody's business. */
  private static final long FAILING_MS = 2_000;

  /** How long whoever reads our output may take after Ctrl-C. */
  private static final long FLUSH_MS = 1_000;

  @ParentCommand private @Nullable Kafkactl tool;

  @Option(names = "--topic", paramLabel = "T", required = true, description = "Where from.")
  private String topic = "";

  @Mixin private StartOptions from = new StartOptions();

  @Option(names = "--group", paramLabel = "G", hidden = true)
  private @Nullable String group;

  @Option(names = "--max-messages", paramLabel = "N", description = "Stop after N records.")
  private long maxMessages = Long.MAX_VALUE;

  @Option(
      names = "--idle-exit-ms",
      paramLabel = "N",
      description = "Stop when nothing came for N milliseconds.")
  private long idleExitMs = Long.MAX_VALUE;

  @Option(names = "--property", paramLabel = "K=V", description = "See below. Repeatable.")
  private List<String> properties = new ArrayList<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stop;
  private volatile int exitCode = ExitCode.DONE;
  private boolean saidFailing;
  private long notConnectedNanos;

  @Override
  public Integer call() {
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    refuse(parent);
    RecordFormat format = new RecordFormat(PropertyList.parse("--property", properties));
    StartAt start = start();
    refuseOffsetOfAll();
    try (MilenaClient client = parent.client();
        Consumer consumer = client.consumer(settings(), starts(client, start))) {
      try (Interruption interruption = Interruption.on(this::stop)) {
        consume(consumer, format, new DataOut(parent.surroundings().out()));
        interruption.disarm();
      }
    }
    return exitCode;
  }

  /** Who waits for silence hears twice in that time that a leader is there. */
  private ConsumerSettings settings() {
    ConsumerSettings settings = ConsumerSettings.defaults();
    return settings.withMaxWaitMs(Math.clamp(idleExitMs / 2, LEAST_WAIT_MS, settings.maxWaitMs()));
  }

  private void refuse(Kafkactl parent) {
    if (group != null) {
      throw CommandFailed.refused(
          "cannot read as a member of group \""
              + group
              + "\": consumer groups are not part of this release of Milena; without --group all"
              + " partitions are read");
    }
    if (parent.wantsJson()) {
      throw CommandFailed.usage("--output json goes with listings; consume prints the values");
    }
    if (maxMessages < 0) {
      throw CommandFailed.usage(OptionWords.wants("--max-messages", Long.toString(maxMessages)));
    }
    if (idleExitMs < 0) {
      throw CommandFailed.usage(OptionWords.wants("--idle-exit-ms", Long.toString(idleExitMs)));
    }
    int starts =
        (from.fromBeginning() ? 1 : 0)
            + (from.offset() == null ? 0 : 1)
            + (from.fromTime() == null ? 0 : 1);
    if (starts > 1) {
      throw CommandFailed.usage("give one of --from-beginning, --offset and --from-time");
    }
  }

  /** As Kafka's console consumer does: the same number means another record in each partition. */
  private void refuseOffsetOfAll() {
    if (from.offset() != null && from.partition() == null) {
      throw CommandFailed.usage(
          "--offset "
              + from.offset()
              + " needs --partition P, since offsets count in each partition; all partitions are"
              + " read with --from-beginning, with --from-time TIME, or from now on with neither");
    }
  }

  private StartAt start() {
    if (from.fromTime() != null) {
      return new StartAt.Time(Moment.parse("--from-time", from.fromTime(), ZoneId.systemDefault()));
    }
    if (from.fromBeginning() || "earliest".equals(from.offset())) {
      return new StartAt.Earliest();
    }
    if (from.offset() == null || from.offset().equals("latest")) {
      return new StartAt.Latest();
    }
    if (!from.offset().matches("[0-9]{1,18}")) {
      throw CommandFailed.usage(
          "--offset is a number of at least 0, earliest or latest, got \"" + from.offset() + "\"");
    }
    return new StartAt.Offset(Long.parseLong(from.offset()));
  }

  private Map<TopicPartition, StartAt> starts(MilenaClient client, StartAt start) {
    Set<TopicPartition> all = client.partitionsOf(topic);
    Map<TopicPartition, StartAt> starts = new TreeMap<>();
    Integer wanted = from.partition();
    if (wanted == null) {
      all.forEach(p -> starts.put(p, start));
      return starts;
    }
    TopicPartition one = new TopicPartition(topic, wanted);
    if (!all.contains(one)) {
      throw CommandFailed.refused(Counts.partitions(topic, all.size()) + ", got " + wanted);
    }
    starts.put(one, start);
    return starts;
  }

  /** On another thread: Ctrl-C is how reading usually ends, so it ends well, all output shown. */
  private void stop() {
    stop = true;
    try {
      boolean shown = ended.await(2 * POLL_MS + FLUSH_MS, TimeUnit.MILLISECONDS);
      Runtime.getRuntime().halt(shown ? exitCode : ExitCode.REFUSED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** However reading ends, what was shown until then is counted, unless nobody can be shown it. */
  private void consume(Consumer consumer, RecordFormat format, DataOut out) {
    try {
      readOn(consumer, format, out);
    } finally {
      if (!out.isBroken()) {
        out.flush();
        Objects.requireNonNull(tool, "set")
            .surroundings()
            .say("consumed " + Counts.of(format.count(), "record") + " from " + topic);
      }
    }
    ended.countDown();
  }

  private void readOn(Consumer consumer, RecordFormat format, DataOut out) {
    long heardNanos = System.nanoTime();
    notConnectedNanos = heardNanos;
    while (!stop && format.count() < maxMessages) {
      Optional<RecordRun> run = next(consumer, out, heardNanos);
      if (run.isPresent()) {
        print(consumer, run.get(), format, out);
        heardNanos = System.nanoTime();
      } else if (nothingLeft(consumer) || idle(consumer, heardNanos)) {
        break;
      }
    }
  }

  /** What is printed is shown before we wait for more. */
  private Optional<RecordRun> next(Consumer consumer, DataOut out, long heardNanos) {
    try {
      Optional<RecordRun> run = consumer.poll(0);
      if (run.isPresent()) {
        return run;
      }
      out.flush();
      sayFailing(consumer, System.nanoTime());
      return consumer.poll(waitMs(heardNanos));
    } catch (MilenaException e) {
      goOnWithout(consumer, e);
      return Optional.empty();
    }
  }

  /**
   * Says which partition has ended, and goes on behind what is gone, or with the others.
   *
   * @throws MilenaException the same when it is about all partitions
   */
  private void goOnWithout(Consumer consumer, MilenaException thrown) {
    List<TopicPartition> about =
        consumer.ended().entrySet().stream()
            .filter(end -> end.getValue().equals(thrown))
            .map(Map.Entry::getKey)
            .toList();
    if (about.isEmpty()) {
      throw thrown;
    }
    Surroundings surroundings = Objects.requireNonNull(tool, "set").surroundings();
    for (TopicPartition partition : about) {
      StartAt position = Objects.requireNonNull(consumer.positions().get(partition), "it is read");
      switch (PartitionEnd.of(partition, position, thrown)) {
        case PartitionEnd.ReadOn(StartAt.Offset onAt, String words) -> {
          surroundings.say("kafkactl: " + words);
          consumer.readFrom(partition, onAt);
        }
        case PartitionEnd.ReadTheOthers(String words) -> {
          exitCode = ExitCode.REFUSED;
          surroundings.say(
              "kafkactl: " + words + (nothingLeft(consumer) ? "" : "; the others are"));
        }
        case PartitionEnd.StopReading() -> throw thrown;
      }
    }
  }

  private static boolean nothingLeft(Consumer consumer) {
    return consumer.ended().keySet().equals(consumer.positions().keySet());
  }

  /** Once, when a partition could not be read for a while. */
  private void sayFailing(Consumer consumer, long now) {
    if (saidFailing || consumer.connected()) {
      notConnectedNanos = now;
      return;
    }
    boolean lasting = now - notConnectedNanos >= TimeUnit.MILLISECONDS.toNanos(FAILING_MS);
    Optional<MilenaException> why = consumer.failing().values().stream().findFirst();
    if (lasting && why.isPresent()) {
      saidFailing = true;
      Objects.requireNonNull(tool, "set")
          .surroundings()
          .say("kafkactl: " + why.get().getMessage() + "; trying again");
    }
  }

  /**
   * Whether there is nothing to wait for.
   *
   * @throws CommandFailed when the idle time is over and a partition cannot be read
   */
  private boolean idle(Consumer consumer, long heardNanos) {
    if (idleMs(heardNanos) < idleExitMs) {
      return false;
    }
    Map<TopicPartition, MilenaException> failing = consumer.failing();
    if (failing.isEmpty()) {
      return consumer.connected();
    }
    throw PartitionEnd.cannotTell(
        failing.values(), failing.keySet().equals(consumer.positions().keySet()));
  }

  private static long idleMs(long heardNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
  }

  private long waitMs(long heardNanos) {
    return Math.max(1, Math.min(POLL_MS, idleExitMs - idleMs(heardNanos)));
  }

  private void print(Consumer consumer, RecordRun run, RecordFormat format, DataOut out) {
    while (format.count() < maxMessages && isNext(consumer, run)) {
      format.print(run, out);
    }
  }

  private boolean isNext(Consumer consumer, RecordRun run) {
    try {
      return run.next();
    } catch (MilenaException e) {
      goOnWithout(consumer, e);
      return false;
    }
  }
}
