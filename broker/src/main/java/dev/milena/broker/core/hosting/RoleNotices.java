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
  private final RoleSum sum;
  private boolean hadRole;

  RoleNotices(PartitionAddress address, StartSum start, RoleSum sum) {
    this.address = address;
    this.start = start;
    this.sum = sum;
  }

  /** At the end of a turn: what is told of as a sum. */
  static void tell(RoleSum sum) {
    sum.take()
        .ifPresent(counts ->
            events
                .atInfo()
                .addKeyValue("led", counts.led())
                .addKeyValue("followed", counts.followed())
                .addKeyValue("withoutLeader", counts.withoutLeader())
                .log("and so many more partitions have other roles here now"));
  }

  void leads(int leaderEpoch, long epochStart) {
    events
        .atLevel(level(RoleSum.Role.LED))
        .addKeyValue("partition", address.name())
        .addKeyValue("leaderEpoch", leaderEpoch)
        .addKeyValue("epochStart", epochStart)
        .log("became leader");
  }

  void follows(int leader, int leaderEpoch) {
    events
        .atLevel(level(RoleSum.Role.FOLLOWED))
        .addKeyValue("partition", address.name())
        .addKeyValue("leader", leader)
        .addKeyValue("leaderEpoch", leaderEpoch)
        .log("became follower");
  }

  void hasNoLeader(int leaderEpoch) {
    hadRole = true;
    events
        .atLevel(level(RoleSum.Role.WITHOUT_LEADER))
        .addKeyValue("partition", address.name())
        .addKeyValue("leaderEpoch", leaderEpoch)
        .log("has no leader");
  }

  /**
   * A broker that starts finds a role in each of thousands of partitions, and finds it once more
   * when it is let in: no change to tell of.
   */
  private Level level(RoleSum.Role role) {
    boolean isNews = hadRole && start.isOver();
    hadRole = true;
    return isNews && sum.isTold(role) ? Level.INFO : Level.DEBUG;
  }
}
