package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that reads of this broker may take at once: from before bytes are read until their
 * answer was given, when the door counts it. A batch may have 16 MiB, and each reader one.
 *
 * <p>Whoever finds no room waits for it on his reader thread, in order, so that a large read has
 * its turn; what is larger than all of the room waits until it is alone. After {@link #WAIT_MS} he
 * is refused. With one thread there is always room.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ReadRoom {
  /** Reads under way end with their disk; one that hangs must not hold all others. */
  static final long WAIT_MS = 5_000;

  private static final int UNIT_BYTES = 1 << 10;

  private final int limitUnits;
  private final Semaphore units;

  /** Room for so many bytes. */
  public ReadRoom(long limitBytes) {
    this.limitUnits = Math.clamp(limitBytes / UNIT_BYTES, 1, Integer.MAX_VALUE);
    this.units = new Semaphore(limitUnits, true);
  }

  /** The room of one read, none at first; its reader closes it. */
  Share share() {
    return new Share();
  }

  /** What one read has taken. */
  @OwnedBy(Owner.READER_THREAD)
  final class Share implements AutoCloseable {
    private int mine;
    private boolean stopping;

    private Share() {}

    /** Takes room, once; false when there was none in time, or the broker stops. Waits. */
    boolean tryTake(long bytes) {
      int wanted = Math.clamp(Math.ceilDiv(bytes, UNIT_BYTES), 0, limitUnits);
      try {
        boolean taken = units.tryAcquire(wanted, WAIT_MS, TimeUnit.MILLISECONDS);
        mine += taken ? wanted : 0;
        return taken;
      } catch (InterruptedException stop) {
        stopping = true;
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** Why {@link #tryTake} said no. */
    Refusal refusal(PartitionName where) {
      if (stopping) {
        return Refusal.of(ErrorKind.SHUTTING_DOWN, where, "this broker is stopping; ask another");
      }
      return Refusal.overloaded(
          where,
          "reads of this broker take the %s KiB that they may, and have for %s ms"
              .formatted(limitUnits, WAIT_MS));
    }

    /** Gives it back. */
    @Override
    public void close() {
      units.release(mine);
      mine = 0;
    }
  }
}
