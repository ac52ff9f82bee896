package dev.milena.broker.core.hosting;

import dev.milena.log.FlushListener;
import dev.milena.log.GroupFlush;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * Asks the group flush for one log, when its pace says so: one round is on its way at a time, and
 * what was appended meanwhile is asked for when it is over. Nothing else gathers: a single append
 * is flushed at once.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class FlushRequests {
  private final PartitionLog log;
  private final GroupFlush groupFlush;
  private final FlushListener listener;
  private final FlushPace pace;

  FlushRequests(PartitionLog log, GroupFlush groupFlush, FlushListener listener, FlushPace pace) {
    this.log = log;
    this.groupFlush = groupFlush;
    this.listener = listener;
    this.pace = pace;
  }

  /** Told of everything that concerns when to ask. */
  FlushPace pace() {
    return pace;
  }

  /** Called at the end of a turn, so that one round covers all appends of the turn. */
  void requestIfDue(long nowMs) {
    if (pace.isDue(log.unflushedBytes(), nowMs)) {
      pace.asked();
      groupFlush.request(log, listener);
    }
  }
}
