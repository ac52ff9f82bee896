package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Lets no sync of a file succeed beside or after one that failed.
 *
 * <p>The kernel tells a failed write-back once, to whichever sync comes first; the next one finds
 * clean pages and succeeds, whether the bytes are on the device or not. A loop syncs at a roll and
 * at the end, a flush thread in between: without this the loop's sync could succeed right after the
 * flush thread's has failed, and vouch for bytes that are lost.
 *
 * <p>Two may run at once, the loop's and a flush thread's, and each is believed when both are over.
 * So a roll waits for the longer of them and not for one after the other. Neither can stand for the
 * other: each covers what was written before it began.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SyncGate {
  private @Nullable SyncFailed failed;
  private int underWay;

  /**
   * Syncs the records of a file. Waits for the end of syncs that are under way at the same time.
   *
   * @throws SyncFailed finally: from then on always
   */
  void sync(DiskFile file) throws SyncFailed {
    begin();
    try {
      WholeIo.sync(file);
    } catch (SyncFailed now) {
      remember(now);
    } finally {
      end();
    }
    awaitOthers();
  }

  private synchronized void begin() throws SyncFailed {
    throwIfFailed();
    underWay++;
  }

  private synchronized void remember(SyncFailed now) {
    failed = failed == null ? now : failed;
  }

  private synchronized void end() {
    underWay--;
    notifyAll();
  }

  private synchronized void awaitOthers() throws SyncFailed {
    boolean interrupted = false;
    while (underWay > 0 && failed == null) {
      try {
        wait();
      } catch (InterruptedException again) {
        // What was synced must be known; the caller hears of the interrupt afterwards.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throwIfFailed();
  }

  private void throwIfFailed() throws SyncFailed {
    SyncFailed before = failed;
    if (before != null) {
      throw before;
    }
  }
}
