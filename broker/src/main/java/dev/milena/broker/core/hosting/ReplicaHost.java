package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.ReplicaEvent;

/** What the halves of a hosted partition may ask of it. */
@OwnedBy(Owner.PARTITION_LOOP)
interface ReplicaHost extends DamageEar {
  /** Tells the replica what has happened; what it wants done is done when this returns. */
  void step(ReplicaEvent event);

  /** So many records more are in the log, which ends there now. */
  void appended(long records, long logEnd);

  /** The log takes nothing any more. */
  void storageFailed(String reason);

  /** When this turn began, on the monotonic clock. */
  long nowMs();
}
