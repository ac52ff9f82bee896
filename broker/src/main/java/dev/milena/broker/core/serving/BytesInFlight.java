package dev.milena.broker.core.serving;

import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
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
    return tryGrow(0, bytes);
  }

  /** Takes room beside {@code mine}, which whoever asks holds already. */
  private boolean tryGrow(long mine, long bytes) {
    long held = heldBytes.get();
    while (held == mine || held + bytes <= limitBytes) {
      if (heldBytes.compareAndSet(held, held + bytes)) {
        return true;
      }
      held = heldBytes.get();
    }
    return false;
  }

  /** Room for a request whose size is not known yet; empty at first. The caller closes it. */
  Share share() {
    return new Share();
  }

  /** What is told to a request that found no room. */
  Refusal full(PartitionName where) {
    return Refusal.overloaded(
        where, "%s of %s bytes are waiting in this broker".formatted(heldBytes(), limitBytes));
  }

  /** Gives room back. */
  public void release(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  /** The room of one request that is being built, by one thread. */
  @OwnedBy(Owner.CREATOR)
  final class Share implements AutoCloseable {
    private long mine;

    private Share() {}

    /** Takes more; false when there is none, and what it has stays. */
    boolean tryGrow(long bytes) {
      boolean taken = BytesInFlight.this.tryGrow(mine, bytes);
      mine += taken ? bytes : 0;
      return taken;
    }

    /** Why {@link #tryGrow} said no. */
    Refusal full(PartitionName where) {
      return BytesInFlight.this.full(where);
    }

    /** Gives all of it back. */
    @Override
    public void close() {
      release(mine);
      mine = 0;
    }
  }

  /** Held now, in bytes. */
  public long heldBytes() {
    return heldBytes.get();
  }
}
