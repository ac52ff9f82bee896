package dev.milena.broker.core.serving;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of produce requests this broker holds in memory, with a bound. */
@OwnedBy(Owner.ANY_THREAD)
public final class BytesInFlight {
  private final long limitBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /** At most {@code limitBytes} at a time. */
  public BytesInFlight(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Takes room for a request; false when there is none. A single request larger than the whole
   * bound is let in when nothing else is there, so that it does not fail for ever.
   */
  public boolean tryAcquire(long bytes) {
    long held = heldBytes.get();
    while (held == 0 || held + bytes <= limitBytes) {
      if (heldBytes.compareAndSet(held, held + bytes)) {
        return true;
      }
      held = heldBytes.get();
    }
    return false;
  }

  /** Gives room back. */
  public void release(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  /** Held now, in bytes. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** The bound in bytes. */
  public long limitBytes() {
    return limitBytes;
  }
}
