package dev.milena.it.history;

import dev.milena.client.ClientSettings;
import dev.milena.client.Consumer;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.RecordRun;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads every partition from its front on, whatever happens, and writes down all that it reads, and
 * how far it is told that there is something to read. One thread.
 */
final class RecordingConsumer implements AutoCloseable {
  private static final int POLL_MS = 200;
  private static final int CALL_MS = 2_000;
  private static final int MAX_WAIT_MS = 1_000;
  private static final long LOOK_AT_END_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
  private static final long ANEW_NANOS = TimeUnit.SECONDS.toNanos(9);

  private final LoadSettings load;
  private final int number;
  private final HistoryFile history;
  private final MilenaClient client;
  private final Map<TopicPartition, StartAt> next = new TreeMap<>();
  private Consumer consumer;
  private long bornNanos = System.nanoTime();
  private long lookedNanos = System.nanoTime();
  private int lookedAt;

  RecordingConsumer(LoadSettings load, int number) throws IOException {
    this.load = load;
    this.number = number;
    this.history = HistoryFile.create(load.folder().resolve("consumer-" + number + ".history"));
    this.client =
        MilenaClient.connect(
            ClientSettings.of(load.bootstrap().get(number % load.bootstrap().size()))
                .withClientId("load-reader-" + number)
                .withRequestTimeoutMs(CALL_MS));
    for (int partition = 0; partition < load.partitions(); partition++) {
      next.put(new TopicPartition(load.topic(), partition), new StartAt.Offset(0));
    }
    this.consumer = begin();
  }

  private Consumer begin() {
    return client.consumer(ConsumerSettings.defaults().withMaxWaitMs(MAX_WAIT_MS), next);
  }

  /** Reads for a moment. */
  void turn() {
    try {
      Optional<RecordRun> run = consumer.poll(POLL_MS);
      run.ifPresent(this::take);
    } catch (MilenaException broken) {
      goOn();
    }
    long now = System.nanoTime();
    if (now - lookedNanos > LOOK_AT_END_NANOS) {
      lookedNanos = now;
      lookAtEnd(lookedAt++ % load.partitions());
    }
    if (number >= load.bootstrap().size() && now - bornNanos > ANEW_NANOS) {
      bornNanos = now;
      consumer.close();
      consumer = begin();
    }
  }

  private void take(RecordRun run) {
    int partition = run.partition().partition();
    while (run.next()) {
      ByteBuffer value = run.value();
      history.add(
          Readings.event(
              "consumer " + number,
              load.topic(),
              partition,
              run.offset(),
              value == null ? ByteBuffer.allocate(0) : value,
              found -> new Event.Polled(number, run.offset(), found)));
      next.put(run.partition(), new StartAt.Offset(run.offset() + 1));
    }
    history.add(new Event.EndSeen(number, partition, run.highWatermark(), false));
  }

  /** Whatever ended goes on where it was. */
  private void goOn() {
    consumer
        .ended()
        .forEach((partition, why) -> {
          StartAt place = next.getOrDefault(partition, new StartAt.Offset(0));
          long offset = place instanceof StartAt.Offset(long at) ? at : 0;
          history.add(
              new Event.ReadingEnded(
                  number,
                  partition.partition(),
                  offset,
                  why.reason().equals("OFFSET_OUT_OF_RANGE")
                      ? why.reason()
                      : why.reason() + ": " + why.getMessage()));
          consumer.readFrom(partition, place);
        });
  }

  private void lookAtEnd(int partition) {
    try {
      long end = client.offset(new TopicPartition(load.topic(), partition), new StartAt.Latest());
      history.add(new Event.EndSeen(number, partition, end, true));
    } catch (MilenaException noAnswer) {
      // Nobody could be asked; the next partition is, a moment later.
    }
  }

  /** Whether it has read all that there is before these ends. */
  boolean hasRead(Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end ->
            next.get(new TopicPartition(load.topic(), end.getKey()))
                    instanceof StartAt.Offset(long at)
                && at >= end.getValue());
  }

  /** Where it is, for a failed run. */
  @Override
  public String toString() {
    return "consumer %s is at %s; fails with %s".formatted(number, next, consumer.failing());
  }

  @Override
  public void close() throws IOException {
    consumer.close();
    client.close();
    history.close();
  }
}
