package dev.milena.cli;

import dev.milena.client.Acks;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.RecordPlace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl produce}: a record a line. */
@Command(
    name = "produce",
    description = {
      "Writes a record for each line of standard input or of a file.",
      "",
      "LF or CRLF ends a line and is not part of the record; every other byte is carried as it is."
          + " The last line may lack its end. A record whose write timed out is sent again and may"
          + " be stored twice.",
      "",
      "--timeout-ms is of one attempt: a record is given up, unacknowledged, after four times as"
          + " long (60 s by default)."
    },
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl produce --topic T [--file F] [--acks 0|1|all] [--compression C]",
      "                   [--partition P] [--property K=V]..."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nProperties:%n",
    footer = {
      "  parse.key=true             a line is KEY SEPARATOR VALUE",
      "  key.separator=S            between key and value (default: a tab)",
      "  parse.headers=true         a line begins with NAME:VALUE,NAME:VALUE, a tab",
      "  headers.delimiter=S        after the headers (default: a tab)",
      "  headers.separator=S        between two headers (default: ,)",
      "  headers.key.separator=S    between a header's name and its value (default: :)",
      "  null.marker=S              a key, value, header value or header list of",
      "                             just S is null",
      "  ignore.error=true          a line without a separator is all value",
      "In a separator \\t, \\n, \\r and \\\\ stand for tab, line feed, return, backslash."
    })
final class ProduceCommand implements Callable<Integer> {
  /** The longest line taken into memory; a topic takes far less unless told otherwise. */
  static final int MAX_LINE_BYTES = 32 << 20;

  private static final int BATCH_BYTES = 128 << 10;
  private static final int REQUEST_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 64 << 20;

  /** How many lines go between two looks at the clock. */
  private static final int LINES_A_LOOK = 256;

  /** What is under way when the user presses Ctrl-C has this long to be acknowledged. */
  private static final int INTERRUPTED_CLOSE_MS = 3_000;

  private static final String NOT_SENT = "; it and all after it were not sent";

  @ParentCommand private @Nullable Kafkactl tool;

  @Option(names = "--topic", paramLabel = "T", required = true, description = "Where to.")
  private String topic = "";

  @Option(names = "--file", paramLabel = "F", description = "Read F and not standard input.")
  private @Nullable Path file;

  @Option(
      names = "--acks",
      paramLabel = "0|1|all",
      description =
          "When a record counts as written: when sent, when the leader has it, when it is on the disk"
              + " of every in-sync replica (default: all).")
  private String acks = "all";

  @Option(
      names = "--compression",
      paramLabel = "C",
      description = "none, gzip, snappy, lz4 or zstd (default: none).")
  private String compression = "none";

  @Option(
      names = "--partition",
      paramLabel = "P",
      description =
          "All records to one partition (default: by key as Kafka's clients do, without a key in turns).")
  private @Nullable Integer partition;

  @Option(names = "--property", paramLabel = "K=V", description = "See below. Repeatable.")
  private List<String> properties = new ArrayList<>();

  private final AtomicBoolean reporting = new AtomicBoolean();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile boolean interrupted;

  @Override
  public Integer call() throws IOException {
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    ProducerSettings settings = settings(parent.timeoutMs());
    LineFormat format = new LineFormat(PropertyList.parse("--property", properties));
    Surroundings surroundings = parent.surroundings();
    try (InputStream in = open(surroundings);
        MilenaClient client = parent.client()) {
      int partitions = client.partitionsOf(topic).size();
      refuseUnknownPartition(partitions);
      return produce(new LineReader(in, MAX_LINE_BYTES), format, client.producer(settings));
    }
  }

  /**
   * A record has time for a broker to be started again; who waits for room waits a little longer.
   */
  private ProducerSettings settings(int timeoutMs) {
    Acks wanted =
        Acks.named(acks)
            .orElseThrow(() -> CommandFailed.usage("--acks is 0, 1 or all, got \"" + acks + "\""));
    try {
      return ProducerSettings.defaults()
          .withBytes(BATCH_BYTES, REQUEST_BYTES, BUFFER_BYTES)
          .withAcks(wanted)
          .withTiming(5 * timeoutMs, 4 * timeoutMs, timeoutMs)
          .withCompression(compression);
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage("--compression: " + e.getMessage());
    }
  }

  private InputStream open(Surroundings surroundings) throws IOException {
    Path path = file;
    if (path == null) {
      return surroundings.in();
    }
    try {
      if (Files.isDirectory(path)) {
        throw CommandFailed.usage("--file " + path + " is a folder; give a file");
      }
      return Files.newInputStream(path);
    } catch (NoSuchFileException e) {
      throw CommandFailed.usage("--file " + path + " does not exist");
    } catch (AccessDeniedException e) {
      throw CommandFailed.usage("--file " + path + " cannot be read: no permission");
    }
  }

  private void refuseUnknownPartition(int count) {
    Integer wanted = partition;
    if (wanted != null && (wanted < 0 || wanted >= count)) {
      throw CommandFailed.refused(Counts.partitions(topic, count) + ", got " + wanted);
    }
  }

  private int produce(LineReader lines, LineFormat format, Producer producer) {
    Surroundings surroundings = Objects.requireNonNull(tool, "set").surroundings();
    Deliveries deliveries = new Deliveries();
    Progress progress = new Progress(surroundings, "records to " + topic, System.nanoTime());
    Optional<String> stopped = Optional.empty();
    try (Interruption interruption =
        Interruption.on(() -> interrupt(producer, deliveries, progress))) {
      try {
        send(lines, format, producer, deliveries, progress);
      } catch (CommandFailed | MilenaException e) {
        stopped = Optional.of(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        stopped = Optional.of("the input cannot be read any further: " + e.getMessage());
      }
      producer.flush();
      producer.close();
      int code = report(deliveries, progress, stopped);
      interruption.disarm();
      return code;
    }
  }

  private void send(
      LineReader lines,
      LineFormat format,
      Producer producer,
      Deliveries deliveries,
      Progress progress)
      throws IOException {
    OptionalInt target = partition == null ? OptionalInt.empty() : OptionalInt.of(partition);
    long bytes = 0;
    for (Optional<ByteBuffer> line = lines.next(); line.isPresent(); line = lines.next()) {
      long number = lines.lineNumber();
      if (deliveries.hopeless()) {
        throw CommandFailed.refused("stopped at line " + number + NOT_SENT);
      }
      LineFormat.Parts parts = format.parse(line.get(), number);
      int lineBytes = line.get().remaining();
      deliveries.watch(
          number,
          lineBytes,
          send(
              producer,
              new OutgoingRecord(
                  topic, target, parts.key(), parts.value(), parts.headers(), OutgoingRecord.NOW),
              number));
      bytes += lineBytes;
      if (number % LINES_A_LOOK == 0) {
        progress.show(number, bytes, System.nanoTime());
      }
    }
  }

  private static CompletableFuture<RecordPlace> send(
      Producer producer, OutgoingRecord record, long lineNumber) {
    try {
      return producer.send(record);
    } catch (MilenaException e) {
      throw CommandFailed.refused("line " + lineNumber + ": " + e.getMessage() + NOT_SENT);
    }
  }

  /** On another thread, while the command's own may still send, wait or report. */
  private void interrupt(Producer producer, Deliveries deliveries, Progress progress) {
    interrupted = true;
    producer.close(INTERRUPTED_CLOSE_MS);
    report(deliveries, progress, Optional.empty());
  }

  /** Says how it went; the second thread to come waits until the first has said it. */
  private int report(Deliveries deliveries, Progress progress, Optional<String> stopped) {
    if (!reporting.compareAndSet(false, true)) {
      awaitReport();
      return ExitCode.REFUSED;
    }
    Surroundings surroundings = Objects.requireNonNull(tool, "set").surroundings();
    Optional<String> why = interrupted ? Optional.of("interrupted") : stopped;
    progress.erase();
    why.ifPresent(words -> surroundings.say("kafkactl: " + words));
    deliveries.report().forEach(line -> surroundings.say("kafkactl: " + line));
    surroundings.say("produced " + deliveries.delivered() + " records to " + topic);
    reported.countDown();
    return why.isPresent() || deliveries.failed() > 0 ? ExitCode.REFUSED : ExitCode.DONE;
  }

  private void awaitReport() {
    try {
      var _ = reported.await(INTERRUPTED_CLOSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
