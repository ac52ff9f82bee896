package dev.milena.it.history;

import dev.milena.client.ClientSettings;
import dev.milena.client.Consumer;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.RecordRun;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads all there is, as somebody who comes when all is over, and writes it down. */
final class FinalReader {
  static final String FILE = "the-end.history";

  private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final int POLL_MS = 500;

  private final LoadSettings load;

  FinalReader(LoadSettings load) {
    this.load = load;
  }

  /**
   * Reads each partition to the end that it has now.
   *
   * @return the ends
   */
  Map<Integer, Long> read() throws IOException {
    try (MilenaClient client =
            MilenaClient.connect(
                ClientSettings.of(String.join(",", load.bootstrap())).withClientId("load-end"));
        HistoryFile history = HistoryFile.create(load.folder().resolve(FILE))) {
      Map<Integer, Long> ends = new TreeMap<>();
      for (int partition = 0; partition < load.partitions(); partition++) {
        TopicPartition where = new TopicPartition(load.topic(), partition);
        long end = client.offset(where, new StartAt.Latest());
        ends.put(partition, end);
        try (Consumer consumer =
            client.consumer(ConsumerSettings.defaults(), Map.of(where, new StartAt.Offset(0)))) {
          read(consumer, end, history);
        }
      }
      return ends;
    }
  }

  private void read(Consumer consumer, long end, HistoryFile history) {
    long givesUpAt = System.nanoTime() + DEADLINE_NANOS;
    long next = 0;
    while (next < end) {
      if (System.nanoTime() > givesUpAt) {
        throw new AssertionError(
            "read to %s of %s in time; %s".formatted(next, end, consumer.failing()));
      }
      Optional<RecordRun> run = consumer.poll(POLL_MS);
      if (run.isPresent()) {
        next = Math.max(next, take(run.get(), history));
      }
    }
  }

  private long take(RecordRun run, HistoryFile history) {
    long next = 0;
    while (run.next()) {
      ByteBuffer value = run.value();
      history.add(
          Readings.event(
              "the reader in the end",
              load.topic(),
              run.partition().partition(),
              run.offset(),
              value == null ? ByteBuffer.allocate(0) : value,
              found -> new Event.Found(run.offset(), found)));
      next = run.offset() + 1;
    }
    return next;
  }
}
