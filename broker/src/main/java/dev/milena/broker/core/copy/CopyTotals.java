package dev.milena.broker.core.copy;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.atomic.LongAdder;

/** How much was copied between this broker and others since the start, in bytes of batches. */
@OwnedBy(Owner.ANY_THREAD)
public final class CopyTotals {
  private final LongAdder fed = new LongAdder();
  private final LongAdder fedFromDisk = new LongAdder();
  private final LongAdder copied = new LongAdder();

  /** A follower was sent what was just appended. */
  public void fedFromMemory(int bytes) {
    fed.add(bytes);
  }

  /** A follower was sent what had to be read for it. */
  public void fedFromDisk(int bytes) {
    fed.add(bytes);
    fedFromDisk.add(bytes);
  }

  /** This broker has appended what a leader sent. */
  public void copied(int bytes) {
    copied.add(bytes);
  }

  /** Sent to followers, each of them counted. */
  public long fedBytes() {
    return fed.sum();
  }

  /** Of those, read for a follower that did not keep up. */
  public long fedFromDiskBytes() {
    return fedFromDisk.sum();
  }

  /** Taken from leaders. */
  public long copiedBytes() {
    return copied.sum();
  }
}
