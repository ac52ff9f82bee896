package dev.milena.quorum.ratis;

import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.TopicId;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Stamps of this machine's clock and chance: where both enter the metadata. Any thread. */
final class StampSource implements Supplier<CommandStamp> {
  @Override
  public CommandStamp get() {
    UUID fresh = UUID.randomUUID();
    return new CommandStamp(
        System.currentTimeMillis(),
        new TopicId(fresh.getMostSignificantBits(), fresh.getLeastSignificantBits()),
        ThreadLocalRandom.current().nextLong());
  }

  /** A request id that nobody else has. */
  static RequestId requestId() {
    UUID fresh = UUID.randomUUID();
    return new RequestId(fresh.getMostSignificantBits(), fresh.getLeastSignificantBits());
  }
}
