package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A history in which nothing is wrong: producers send in turn to a log, some sends fail, some of
 * those are in the log all the same, consumers read it from its front, three nodes keep it.
 */
final class RandomHistory {
  static final int PARTITIONS = 2;
  static final int PRODUCERS = 2;
  static final int CONSUMERS = 2;
  static final int NODES = 3;

  private final SplittableRandom random;
  private final List<Event> events = new ArrayList<>();
  private final List<List<Value>> logs = new ArrayList<>();
  private final long[][] next = new long[PARTITIONS][PRODUCERS];

  private RandomHistory(SplittableRandom random) {
    this.random = random;
  }

  /** One with about so many records. */
  static List<Event> clean(SplittableRandom random, int records) {
    RandomHistory history = new RandomHistory(random);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      history.logs.add(new ArrayList<>());
    }
    for (int i = 0; i < records; i++) {
      history.send();
    }
    for (int consumer = 0; consumer < CONSUMERS; consumer++) {
      history.consume(consumer);
    }
    history.end();
    return history.events;
  }

  private void send() {
    int partition = random.nextInt(PARTITIONS);
    int producer = random.nextInt(PRODUCERS);
    Value value = new Value(partition, producer, next[partition][producer]++);
    List<Value> log = logs.get(partition);
    events.add(new Event.Sent(value, 0));
    switch (random.nextInt(8)) {
      case 0 -> events.add(new Event.Refused(value, 0));
      case 1 -> events.add(new Event.Unknown(value, 0));
      case 2 -> log.add(value);
      case 3 -> {
        events.add(new Event.Acked(value, Event.Acked.NOWHERE, 0, 0));
        log.add(value);
      }
      default -> {
        events.add(new Event.Acked(value, log.size(), 0, 0));
        log.add(value);
      }
    }
  }

  private void consume(int consumer) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<Value> log = logs.get(partition);
      int until = log.isEmpty() ? 0 : random.nextInt(log.size() + 1);
      for (int offset = 0; offset < until; offset++) {
        if (random.nextInt(4) == 0) {
          events.add(new Event.EndSeen(consumer, partition, offset, random.nextBoolean()));
        }
        events.add(new Event.Polled(consumer, offset, log.get(offset)));
      }
    }
  }

  private void end() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<Value> log = logs.get(partition);
      for (int offset = 0; offset < log.size(); offset++) {
        events.add(new Event.Found(offset, log.get(offset)));
      }
      for (int node = 1; node <= NODES; node++) {
        for (int offset = 0; offset < log.size(); offset++) {
          events.add(new Event.Stored(node, offset, log.get(offset), offset / 5, offset / 2 + 7));
        }
      }
    }
  }
}
