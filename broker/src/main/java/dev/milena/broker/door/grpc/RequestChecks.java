package dev.milena.broker.door.grpc;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.metadata.TopicNames;
import java.util.Locale;
import java.util.Optional;

/** What every request must keep to, whatever it asks for. */
final class RequestChecks {
  /** The longest time a client may ask to wait, in milliseconds. */
  static final int MAX_TIMEOUT_MS = 300_000;

  private static final int SHOWN_NAME_CHARS = 100;

  private RequestChecks() {}

  /** A legal topic name. An illegal one belongs to no topic, so nobody is asked about it. */
  static String topic(String name) throws RequestRefused {
    Optional<String> fault = TopicNames.fault(name);
    if (fault.isPresent()) {
      throw new RequestRefused(
          Refusal.of(ErrorKind.INVALID_TOPIC, fault.get())
              .with("topic", Shown.text(name, SHOWN_NAME_CHARS)));
    }
    return name;
  }

  /** A partition with a legal name and a number from 0. */
  static PartitionName partition(String topic, int partition) throws RequestRefused {
    if (partition < 0) {
      throw new RequestRefused(
          Refusal.of(
              ErrorKind.INVALID_REQUEST,
              new PartitionName(topic(topic), partition),
              "partitions count from 0, got " + partition));
    }
    return new PartitionName(topic(topic), partition);
  }

  /**
   * A time to wait, in milliseconds.
   *
   * @param field its name in the request
   * @param byDefault what 0 means
   */
  static int timeoutMs(String field, int asked, int byDefault) throws RequestRefused {
    return between(field, asked == 0 ? byDefault : asked, MAX_TIMEOUT_MS);
  }

  /** A number from 0 to {@code most}. */
  static int between(String field, int value, int most) throws RequestRefused {
    if (value < 0 || value > most) {
      throw RequestRefused.invalid(
          String.format(Locale.ROOT, "%s is 0 to %,d, got %s", field, most, value));
    }
    return value;
  }
}
