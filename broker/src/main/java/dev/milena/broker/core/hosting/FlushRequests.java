package dev.milena.broker.core.hosting;

import dev.milena.log.FlushListener;
import dev.milena.log.GroupFlush;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * Asks the group flush for one log: at most one round is on its way, and what was appended
 * meanwhile is asked for when it is over. So a busy log is flushed back to back, and every round
 * answers all appends before it.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class FlushRequests {
  private final PartitionLog log;
  private final GroupFlush groupFlush;
  private final FlushListener listener;
  private boolean wanted;
  private boolean onItsWay;

  FlushRequests(PartitionLog log, GroupFlush groupFlush, FlushListener listener) {
    this.log = log;
    this.groupFlush = groupFlush;
    this.listener = listener;
  }

  /** What was appended so far shall reach the disk. */
  void want() {
    wanted = true;
  }

  /** The round is over, well or not. */
  void roundOver() {
    onItsWay = false;
  }

  /** Called at the end of a turn, so that one round covers all appends of the turn. */
  void requestIfWanted() {
    if (wanted && !onItsWay) {
      wanted = false;
      onItsWay = true;
      groupFlush.request(log, listener);
    }
  }
}
