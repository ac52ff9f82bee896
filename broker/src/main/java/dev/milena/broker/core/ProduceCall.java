package dev.milena.broker.core;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Record batches to be stored, partition by partition.
 *
 * @param caller who asks
 * @param acks when each part is answered
 * @param timeoutMs how long a part may wait for its acknowledgement, at least 1 and at most {@link
 *     #MAX_TIMEOUT_MS}
 * @param parts at least one; parts that name one partition twice are stored in their order
 */
public record ProduceCall(Caller caller, Acks acks, int timeoutMs, List<Part> parts) {
  /** The longest wait a client may ask for, in milliseconds. */
  public static final int MAX_TIMEOUT_MS = 300_000;

  /** Copies the list, not the bytes. */
  public ProduceCall {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a produce has at least 1 part");
    }
  }

  /**
   * What goes to one partition.
   *
   * @param where the partition
   * @param batches whole Kafka v2 batches between the buffer's position and limit. The core owns
   *     the bytes from the call until {@code released} has run, and patches base offset and leader
   *     epoch in place
   * @param released run once, on any thread, when the core has let go of the bytes; that may be
   *     later than the answer (acks=none) and happens on a refusal too
   */
  public record Part(PartitionName where, ByteBuffer batches, Runnable released) {
    /** For bytes that nobody wants back. */
    public Part(PartitionName where, ByteBuffer batches) {
      this(where, batches, () -> {});
    }
  }
}
