package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Lets one sync of a file run at a time, and none after one that failed.
 *
 * <p>The kernel tells a failed write-back once, to whichever sync comes first; the next one finds
 * clean pages and succeeds, whether the bytes are on the device or not. A loop syncs at a roll and
 * at the end, a flush thread in between: without this the loop's sync could succeed right after the
 * flush thread's has failed, and vouch for bytes that are lost.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SyncGate {
  private @Nullable SyncFailed failed;

  /**
   * Syncs the records of a file. Waits for a sync that is under way.
   *
   * @throws SyncFailed finally: from then on always
   */
  synchronized void sync(DiskFile file) throws SyncFailed {
    SyncFailed before = failed;
    if (before != null) {
      throw before;
    }
    try {
      WholeIo.sync(file);
    } catch (SyncFailed now) {
      failed = now;
      throw now;
    }
  }
}
