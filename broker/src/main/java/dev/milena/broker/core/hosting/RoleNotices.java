package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Says in the log of events what a partition is here. */
@OwnedBy(Owner.PARTITION_LOOP)
final class RoleNotices {
  private static final Logger events = LoggerFactory.getLogger(HostedPartition.class);

  private final PartitionAddress address;
  private final StartSum start;
  private boolean hadRole;

  RoleNotices(PartitionAddress address, StartSum start) {
    this.address = address;
    this.start = start;
  }

  void leads(int leaderEpoch, long epochStart) {
    events
        .atLevel(level())
        .addKeyValue("partition", address.name())
        .addKeyValue("leaderEpoch", leaderEpoch)
        .addKeyValue("epochStart", epochStart)
        .log("became leader");
  }

  void follows(int leader, int leaderEpoch) {
    events
        .atLevel(level())
        .addKeyValue("partition", address.name())
        .addKeyValue("leader", leader)
        .addKeyValue("leaderEpoch", leaderEpoch)
        .log("became follower");
  }

  void hasNoLeader(int leaderEpoch) {
    events
        .atLevel(start.isOver() ? Level.INFO : Level.DEBUG)
        .addKeyValue("partition", address.name())
        .addKeyValue("leaderEpoch", leaderEpoch)
        .log("has no leader");
    hadRole = true;
  }

  /**
   * A broker that starts finds a role in each of thousands of partitions, and finds it once more
   * when it is let in: no change to tell of.
   */
  private Level level() {
    Level level = hadRole && start.isOver() ? Level.INFO : Level.DEBUG;
    hadRole = true;
    return level;
  }
}
