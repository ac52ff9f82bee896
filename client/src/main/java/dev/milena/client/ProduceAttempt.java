package dev.milena.client;

import java.util.List;

/**
 * Batches of one partition in one request that is under way.
 *
 * @param giveUpNanos a moment of {@link System#nanoTime} after which no answer is expected
 */
record ProduceAttempt(
    PartitionSender sender, List<SendBatch> batches, long correlationId, long giveUpNanos) {
  ProduceAttempt {
    batches = List.copyOf(batches);
  }

  int sizeInBytes() {
    return batches.stream().mapToInt(SendBatch::sizeInBytes).sum();
  }
}
