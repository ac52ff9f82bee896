package dev.milena.it.history;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Producers and consumers in a process of their own, which may be on a host of its own: creates the
 * topic, and writes and reads it until it is told to stop. Then it reads all there is once more.
 *
 * <p>It says on standard output {@code topic ID}; several times a second {@code progress MS COUNT},
 * which is since when all partitions have acknowledged something, and how many records were; and
 * {@code done} in the end. A line on standard input, or its end, stops it.
 */
final class LoadMain {
  static final String TOPIC = "topic ";
  static final String PROGRESS = "progress ";
  static final String DONE = "done";

  private static final int PROGRESS_MS = 100;
  private static final long LAST_READS_S = 90;
  private static final int SEGMENT_BYTES = 1 << 20;

  private final LoadSettings load;
  private final Progress progress;
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<FutureTask<Void>> readers = new ArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("load-progress").factory());

  private LoadMain(LoadSettings load) {
    this.load = load;
    this.progress = new Progress(load.partitions());
  }

  public static void main(String[] words) throws Exception {
    new LoadMain(LoadSettings.of(words)).run();
  }

  private void run() throws Exception {
    say(TOPIC + createTopic());
    List<RecordingProducer> producers = new ArrayList<>();
    List<RecordingConsumer> consumers = new ArrayList<>();
    for (int i = 0; i < load.producers(); i++) {
      RecordingProducer producer = new RecordingProducer(load, i, progress);
      producers.add(producer);
      producer.start();
    }
    for (int i = 0; i < load.consumers(); i++) {
      RecordingConsumer consumer = new RecordingConsumer(load, i);
      consumers.add(consumer);
      read(consumer);
    }
    var _ =
        timer.scheduleWithFixedDelay(
            () -> say(PROGRESS + progress.allSinceMs() + " " + progress.acked()),
            0,
            PROGRESS_MS,
            TimeUnit.MILLISECONDS);
    awaitStop();
    for (RecordingProducer producer : producers) {
      producer.close();
    }
    over.set(true);
    for (FutureTask<Void> reader : readers) {
      reader.get(LAST_READS_S, TimeUnit.SECONDS);
    }
    Map<Integer, Long> ends = new FinalReader(load).read();
    long givesUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_READS_S);
    for (RecordingConsumer consumer : consumers) {
      while (!consumer.hasRead(ends)) {
        if (System.nanoTime() > givesUpAt) {
          throw new AssertionError("not at the ends " + ends + ": " + consumer);
        }
        consumer.turn();
      }
      consumer.close();
    }
    progress.failures().forEach((why, count) -> say("failed " + count + " times: " + why));
    say(DONE);
    timer.shutdownNow();
  }

  private String createTopic() {
    try (MilenaClient client =
        MilenaClient.connect(ClientSettings.of(String.join(",", load.bootstrap())))) {
      return client
          .admin()
          .createTopic(
              new NewTopic(
                  load.topic(),
                  OptionalInt.of(load.partitions()),
                  OptionalInt.of(3),
                  new TreeMap<>(
                      Map.of(
                          "min.insync.replicas",
                          "2",
                          "segment.bytes",
                          Integer.toString(SEGMENT_BYTES)))))
          .topicId();
    }
  }

  private void read(RecordingConsumer consumer) {
    FutureTask<Void> reader =
        new FutureTask<>(() -> {
          while (!over.get()) {
            consumer.turn();
          }
          return null;
        });
    readers.add(reader);
    Thread.ofPlatform().daemon().name("load-consumer").start(reader);
  }

  /** Fails when a reader has failed, for nobody else would notice. */
  private void awaitStop() throws IOException, ExecutionException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var _ = in.readLine();
    for (FutureTask<Void> reader : readers) {
      if (reader.isDone()) {
        reader.get();
      }
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
