package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.atomic.AtomicLong;

/** Room for a bounded number of bytes, shared by everybody who takes some. */
@OwnedBy(Owner.ANY_THREAD)
public final class ByteRoom {
  /** What a buffer costs beside its bytes, when a client sends them singly. */
  private static final int BUFFER_BYTES = 1_024;

  private final long limitBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /** Room for {@code limitBytes}, at least 1. */
  public ByteRoom(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("room is for at least 1 byte, got " + limitBytes);
    }
    this.limitBytes = limitBytes;
  }

  /**
   * What a piece of a message counts while it lies in the buffers it came in: those were measured
   * to be twice as large as what is kept of them, and each costs an object or two.
   */
  public static long buffered(long bytes) {
    return 2 * bytes + BUFFER_BYTES;
  }

  /** Takes so many bytes; false, and nothing is taken, when there is no room for them. */
  public boolean tryTake(long bytes) {
    long held = heldBytes.get();
    while (held + bytes <= limitBytes) {
      if (heldBytes.compareAndSet(held, held + bytes)) {
        return true;
      }
      held = heldBytes.get();
    }
    return false;
  }

  /** Takes bytes whether there is room or not: of what cannot be undone any more. */
  public void take(long bytes) {
    heldBytes.addAndGet(bytes);
  }

  /** Gives bytes back that were taken. */
  public void giveBack(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  /** Taken now, in bytes. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** The bound in bytes. */
  public long limitBytes() {
    return limitBytes;
  }
}
