package dev.milena.broker.core;

/**
 * A partition as clients name it.
 *
 * @param topic the topic's name, unchecked: it may be any text a client sent
 * @param partition counted from 0, unchecked
 */
public record PartitionName(String topic, int partition) {
  @Override
  public String toString() {
    return ShownName.of(topic) + "-" + partition;
  }
}
