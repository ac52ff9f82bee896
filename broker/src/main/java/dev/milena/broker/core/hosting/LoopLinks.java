package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.broker.core.copy.ReplicaLinks;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the partitions of one loop say to other brokers: gathered in a turn, said at its end. */
@OwnedBy(Owner.PARTITION_LOOP)
final class LoopLinks {
  private final ReplicaLinks leaders;
  private final Set<FollowerSession> followers = new LinkedHashSet<>();
  private boolean saidToLeaders;

  LoopLinks(ReplicaLinks leaders) {
    this.leaders = leaders;
  }

  /** To a broker that leads. */
  void say(int leader, FollowerWord word) {
    leaders.say(leader, word);
    saidToLeaders = true;
  }

  /** To a broker that follows. */
  void say(FollowerSession follower, LeaderWord word) {
    follower.say(word);
    followers.add(follower);
  }

  /** A partition was told that there is room: whoever comes after it is told at the turn's end. */
  void roomWasTold(FollowerSession follower) {
    followers.add(follower);
  }

  /** At the end of a turn. */
  void flush() {
    followers.forEach(FollowerSession::flush);
    followers.clear();
    if (saidToLeaders) {
      saidToLeaders = false;
      leaders.flush();
    }
  }
}
