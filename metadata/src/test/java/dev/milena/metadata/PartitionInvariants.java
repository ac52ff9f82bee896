package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What holds of every partition after every entry, whatever the entry was. */
final class PartitionInvariants {
  private PartitionInvariants() {}

  /**
   * Checks every partition; counts those that are leaderless or have eligible replicas.
   *
   * @param command of the entry: who joins an ISR by it may lead at once
   */
  static int check(ClusterImage before, ClusterImage after, MetadataCommand command, String what) {
    int rare = 0;
    for (TopicImage topic : after.topics().values()) {
      for (PartitionImage now : topic.partitions()) {
        String where = what + ": " + topic.name() + " " + now;
        checkRow(after, topic, now, where);
        Optional<PartitionImage> old =
            before.partition(new PartitionId(topic.id(), now.partition()));
        PartitionId id = new PartitionId(topic.id(), now.partition());
        boolean joins = joins(command, id, now.leader()) || isUnclean(command, id, old, now);
        old.ifPresent(row -> checkStep(row, now, joins, where + " was " + row));
        checkLastKnown(old, now, command, where);
        rare += !now.hasLeader() || !now.elr().isEmpty() ? 1 : 0;
      }
    }
    return rare;
  }

  private static void checkRow(
      ClusterImage image, TopicImage topic, PartitionImage row, String what) {
    if (row.hasLeader()) {
      assertTrue(row.isr().contains(row.leader()), what);
      assertTrue(isUp(image, row.leader()), what);
    }
    assertTrue(!row.replicas().isEmpty(), what);
    assertEquals(new TreeSet<>(row.replicas()).size(), row.replicas().size(), what);
    assertEquals(row.replicas().stream().filter(row.isr()::contains).toList(), row.isr(), what);
    assertEquals(row.replicas().stream().filter(row.elr()::contains).toList(), row.elr(), what);
    assertTrue(row.isr().stream().noneMatch(row.elr()::contains), what);
    assertTrue(row.isr().stream().allMatch(id -> isUp(image, id)), what);
    assertTrue(
        row.elr().isEmpty() || row.isr().size() < topic.minInsyncReplicas(),
        "what is committed without the eligible ones makes them eligible no more: " + what);
    List<Integer> both = new ArrayList<>(row.reassignment().target());
    row.reassignment().origin().stream().filter(r -> !both.contains(r)).forEach(both::add);
    assertTrue(!row.reassignment().isUnderWay() || both.equals(row.replicas()), what);
    assertEquals(
        row.reassignment().target().isEmpty(), row.reassignment().origin().isEmpty(), what);
  }

  private static void checkStep(
      PartitionImage old, PartitionImage now, boolean leaderJoins, String what) {
    int changed = now.equals(old) ? 0 : 1;
    assertEquals(old.partitionEpoch() + changed, now.partitionEpoch(), what);
    int led = now.leader() == old.leader() ? 0 : 1;
    assertEquals(old.leaderEpoch() + led, now.leaderEpoch(), what);
    assertTrue(
        led == 0
            || !now.hasLeader()
            || leaderJoins
            || old.isr().contains(now.leader())
            || old.elr().contains(now.leader())
            || old.lastKnownLeader() == now.leader(),
        "a leader comes from the ISR or the ELR, or is the last known one: " + what);
  }

  /** Whoever it is held what was committed until now, and came back in doubt of having it still. */
  private static void checkLastKnown(
      Optional<PartitionImage> old, PartitionImage now, MetadataCommand command, String what) {
    int last = now.lastKnownLeader();
    if (!now.hasLastKnownLeader()) {
      return;
    }
    assertTrue(!now.hasLeader() && now.isHeldByNobody() && now.replicas().contains(last), what);
    PartitionImage before = old.orElseThrow();
    assertTrue(
        before.lastKnownLeader() == last
            || (before.countsOn(last)
                && command instanceof MetadataCommand.RegisterBroker register
                && register.brokerId() == last),
        what);
  }

  private static boolean joins(MetadataCommand command, PartitionId id, int broker) {
    return command instanceof MetadataCommand.ChangeIsr change
        && change.changes().stream()
            .filter(one -> one.partition().equals(id))
            .flatMap(one -> one.isr().stream())
            .anyMatch(member -> member.brokerId() == broker);
  }

  /** By order, when there was no leader and no other way to one: then all others count no more. */
  private static boolean isUnclean(
      MetadataCommand command, PartitionId id, Optional<PartitionImage> old, PartitionImage now) {
    return command instanceof MetadataCommand.ElectLeaders elect
        && elect.unclean()
        && elect.partitions().contains(id)
        && old.filter(PartitionImage::hasLeader).isEmpty()
        && now.isr().equals(List.of(now.leader()))
        && now.elr().isEmpty();
  }

  private static boolean isUp(ClusterImage image, int brokerId) {
    return image.broker(brokerId).filter(broker -> !broker.fenced()).isPresent();
  }
}
