package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes that may wait in a producer; whoever wants more waits until some are given back. */
@OwnedBy(Owner.ANY_THREAD)
final class BufferBudget {
  private final long capacityBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition givenBack = lock.newCondition();
  private long freeBytes;
  private boolean closed;

  BufferBudget(long capacityBytes) {
    this.capacityBytes = capacityBytes;
    this.freeBytes = capacityBytes;
  }

  /**
   * Takes bytes out of the budget, waiting for them if need be.
   *
   * @throws MilenaException BUFFER_FULL when there was no room in time, RECORD_TOO_LARGE when there
   *     never will be, CLOSED when the budget was closed meanwhile
   */
  void take(int bytes, int maxBlockMs) {
    if (bytes > capacityBytes) {
      throw ClientReason.RECORD_TOO_LARGE.failure(
          "a record of "
              + bytes
              + " bytes does not fit into the producer's buffer of "
              + capacityBytes
              + " bytes; raise bufferBytes");
    }
    lock.lock();
    try {
      if (freeBytes < bytes) {
        await(bytes, Deadline.in(maxBlockMs), maxBlockMs);
      }
      freeBytes -= bytes;
    } finally {
      lock.unlock();
    }
  }

  private void await(int bytes, Deadline deadline, int maxBlockMs) {
    try {
      while (freeBytes < bytes && !closed) {
        if (givenBack.awaitNanos(deadline.leftNanos()) <= 0 && freeBytes < bytes) {
          throw ClientReason.BUFFER_FULL.failure(
              (capacityBytes - freeBytes)
                  + " of "
                  + capacityBytes
                  + " bytes wait to be acknowledged, and no room came free within "
                  + maxBlockMs
                  + " ms; the brokers are slower than the sender, or away");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientReason.INTERRUPTED.failure("interrupted while waiting for room to send", e);
    }
    if (closed) {
      throw ClientReason.CLOSED.failure("the producer was closed while a record waited for room");
    }
  }

  void giveBack(int bytes) {
    lock.lock();
    try {
      freeBytes += bytes;
      givenBack.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long freeBytes() {
    lock.lock();
    try {
      return freeBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits any longer. */
  void close() {
    lock.lock();
    try {
      closed = true;
      givenBack.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
