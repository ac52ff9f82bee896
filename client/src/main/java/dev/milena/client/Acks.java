package dev.milena.client;

import java.util.Optional;

/** When a write is acknowledged. */
public enum Acks {
  /** At once, before anything is written. */
  NONE,
  /** When the leader has appended; a crash of the leader may lose it. */
  LEADER,
  /** When it is on the disk of every in-sync replica. */
  ALL;

  /** By the names of Kafka's producer: 0, 1, all or -1. */
  public static Optional<Acks> named(String name) {
    return switch (name) {
      case "0" -> Optional.of(NONE);
      case "1" -> Optional.of(LEADER);
      case "all", "-1" -> Optional.of(ALL);
      default -> Optional.empty();
    };
  }

  dev.milena.proto.v1.Acks onTheWire() {
    return switch (this) {
      case NONE -> dev.milena.proto.v1.Acks.ACKS_NONE;
      case LEADER -> dev.milena.proto.v1.Acks.ACKS_LEADER;
      case ALL -> dev.milena.proto.v1.Acks.ACKS_ALL;
    };
  }
}
