package dev.milena.it.history;

import dev.milena.it.history.Event.Value;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** What a reader makes of the value of a record. */
final class Readings {
  private Readings() {}

  /**
   * A whole one is told as the caller does; another as damaged.
   *
   * @param value from position to limit
   */
  static Event event(
      String reader,
      String topic,
      int partition,
      long offset,
      ByteBuffer value,
      Function<Value, Event> whole) {
    return switch (Payload.decode(value)) {
      case Payload.Found.Damaged(String why) -> new Event.Damaged(reader, partition, offset, why);
      case Payload.Found.Whole(Payload payload) ->
          payload.topic().equals(topic) && payload.partition() == partition
              ? whole.apply(new Value(partition, payload.producer(), payload.sequence()))
              : new Event.Damaged(
                  reader,
                  partition,
                  offset,
                  "it is of %s-%s".formatted(payload.topic(), payload.partition()));
    };
  }
}
