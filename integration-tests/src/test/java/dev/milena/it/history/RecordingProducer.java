package dev.milena.it.history;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.RecordPlace;
import dev.milena.it.history.Event.Value;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Sends records to every partition at a steady pace, whatever happens, and writes down what became
 * of each. With acks=all the client numbers its batches, so each is stored once.
 */
final class RecordingProducer implements AutoCloseable {
  private static final int LARGEST_FILLER = 200;
  private static final int CLOSE_MS = 20_000;

  private final LoadSettings load;
  private final int number;
  private final HistoryFile history;
  private final Progress progress;
  private final MilenaClient client;
  private final Producer producer;
  private final long[] next;
  private final List<Semaphore> room;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("load-producer").factory());

  RecordingProducer(LoadSettings load, int number, Progress progress) throws IOException {
    this.load = load;
    this.number = number;
    this.progress = progress;
    this.history = HistoryFile.create(load.folder().resolve("producer-" + number + ".history"));
    this.client =
        MilenaClient.connect(
            ClientSettings.of(String.join(",", load.bootstrap())).withClientId("load-" + number));
    this.producer = client.producer(settings(load, number));
    this.next = new long[load.partitions()];
    this.room =
        Stream.generate(() -> new Semaphore(LoadSettings.MOST_UNDER_WAY))
            .limit(load.partitions())
            .toList();
  }

  /** One that is patient, one that gives up soon and goes on, one that compresses, and so on. */
  private static ProducerSettings settings(LoadSettings load, int number) {
    ProducerSettings usual = ProducerSettings.defaults();
    return switch (number % 3) {
      case 0 -> usual.withTiming(1_000, 60_000, 5_000);
      case 1 ->
          usual
              .withTiming(1_000, load.leastPatienceMs(), load.leastPatienceMs() / 3)
              .withLingerMs(0);
      default ->
          usual
              .withTiming(1_000, 15_000, 15_000)
              .withBytes(1 << 10, 1 << 12, 1 << 20)
              .withCompression("lz4");
    };
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(this::turn, 0, LoadSettings.TURN_MS, TimeUnit.MILLISECONDS);
  }

  private void turn() {
    for (int partition = 0; partition < load.partitions(); partition++) {
      for (int i = 0; i < load.recordsPerTurn(); i++) {
        if (room.get(partition).tryAcquire()) {
          send(new Value(partition, number, next[partition]++));
        }
      }
    }
  }

  private void send(Value value) {
    Payload payload =
        new Payload(
            load.topic(),
            value.partition(),
            number,
            value.sequence(),
            (int) (value.sequence() % LARGEST_FILLER));
    OutgoingRecord record = OutgoingRecord.of(load.topic(), payload.encode()).to(value.partition());
    long sentMs = System.currentTimeMillis();
    history.add(new Event.Sent(value, sentMs));
    try {
      var _ =
          producer
              .send(record)
              .whenComplete((place, thrown) -> {
                if (thrown == null) {
                  acked(value, place, sentMs);
                } else {
                  failed(value, thrown);
                }
              });
    } catch (MilenaException notTaken) {
      // It never left the client.
      outcome(new Event.Refused(value, System.currentTimeMillis()), value);
    }
  }

  private void acked(Value value, RecordPlace place, long sentMs) {
    long offset =
        place.offset() == RecordPlace.UNKNOWN_OFFSET ? Event.Acked.NOWHERE : place.offset();
    outcome(new Event.Acked(value, offset, sentMs, System.currentTimeMillis()), value);
    progress.acked(value.partition(), sentMs);
  }

  private void failed(Value value, Throwable thrown) {
    long atMs = System.currentTimeMillis();
    boolean nothingStored = thrown instanceof MilenaException why && why.nothingStored();
    String reason = thrown instanceof MilenaException why ? why.reason() : "no reason";
    progress.failed(reason + ": " + thrown.getMessage());
    outcome(nothingStored ? new Event.Refused(value, atMs) : new Event.Unknown(value, atMs), value);
  }

  private void outcome(Event event, Value value) {
    history.add(event);
    room.get(value.partition()).release();
  }

  /** Sends no more, waits for what is under way, and ends. */
  @Override
  public void close() throws IOException, InterruptedException {
    timer.shutdown();
    if (!timer.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("producer " + number + " hangs in a send");
    }
    producer.close(CLOSE_MS);
    client.close();
    history.close();
  }
}
