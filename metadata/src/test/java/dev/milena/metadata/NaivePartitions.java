package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the rules of partitions come to, by plain steps on mutable sets: each command changes sets,
 * then every row is put right, and an epoch is raised where a row came out different. New
 * partitions are taken from the image: where they go is not this twin's matter.
 */
final class NaivePartitions {
  private static final int NONE = PartitionImage.NO_LEADER;

  private final TreeMap<PartitionId, Row> rows = new TreeMap<>();
  private final TreeSet<Integer> up = new TreeSet<>();
  private final TreeSet<Integer> stopping = new TreeSet<>();
  private final TreeSet<TopicId> everReplicated = new TreeSet<>();

  private static final class Row {
    int leader = NONE;
    int leaderEpoch;
    int partitionEpoch;
    List<Integer> replicas = new ArrayList<>();
    TreeSet<Integer> isr = new TreeSet<>();
    TreeSet<Integer> elr = new TreeSet<>();
    List<Integer> target = new ArrayList<>();
    List<Integer> origin = new ArrayList<>();
    int lastKnown = NONE;

    PartitionImage image(int partition) {
      return new PartitionImage(
          partition,
          new Leadership(leader, leaderEpoch, lastKnown),
          partitionEpoch,
          replicas,
          replicas.stream().filter(isr::contains).toList(),
          replicas.stream().filter(elr::contains).toList(),
          new Reassignment(origin, target));
    }
  }

  /** Does what the accepted command should do, and compares. */
  void follow(ClusterImage before, MetadataCommand command, ClusterImage after, String what) {
    change(before, command);
    if (command instanceof MetadataCommand.DrainBroker drain) {
      drain(drain, after);
    }
    settle(before, after, what);
  }

  /** Whether one of the moves would leave a partition that somebody leads to nobody. */
  boolean leavesNobody(List<PartitionMove> moves) {
    return moves.stream().anyMatch(one -> leavesNobody(one.partition(), one.aim()));
  }

  private boolean leavesNobody(PartitionId id, PartitionMove.Aim aim) {
    Row before = row(id);
    Row moved = copyOf(before.image(id.partition()));
    move(moved, aim);
    putRight(moved, Integer.MAX_VALUE);
    return (before.leader != NONE && moved.leader == NONE)
        || (holders(before) > 0 && holders(moved) == 0);
  }

  private static int holders(Row row) {
    return row.isr.size() + row.elr.size() + (row.lastKnown == NONE ? 0 : 1);
  }

  private void change(ClusterImage before, MetadataCommand command) {
    switch (command) {
      case RegisterBroker register -> register(before, register);
      case FenceBroker fence -> {
        up.remove(fence.brokerId());
        rows.values().forEach(row -> leave(row, fence.brokerId(), false));
      }
      case UnfenceBroker unfence -> up.add(unfence.brokerId());
      case StopBroker stop -> {
        stopping.add(stop.brokerId());
        rows.values().forEach(row -> ledByAnother(row, stop.brokerId()));
      }
      case ChangeIsr change ->
          change.changes().forEach(one -> inSync(before, change.brokerId(), one));
      case ReportLostReplicas lost ->
          lost.partitions().stream()
              .filter(rows::containsKey)
              .filter(id -> !lost.unlessAlone() || othersHold(row(id), lost.brokerId()))
              .forEach(id -> lose(row(id), lost.brokerId()));
      case ElectLeaders elect -> {
        elect.partitions().forEach(id -> prefer(row(id)));
        if (elect.unclean()) {
          elect.partitions().forEach(id -> electAnybody(row(id)));
        }
      }
      case ReassignPartitions reassign ->
          reassign.moves().forEach(move -> move(row(move.partition()), move.aim()));
      // needs to know where its replicas go
      case MetadataCommand.DrainBroker _, MetadataCommand.DeleteTopic _ -> {}
      case MetadataCommand.CreateTopic _, MetadataCommand.AlterTopic _ -> {}
      case DecommissionBroker decommission -> stopping.remove(decommission.brokerId());
      case MetadataCommand.NoteVoters _, MetadataCommand.AllocateProducerIds _ -> {}
      case MetadataCommand.CheckStateHash _, MetadataCommand.Unreadable _ -> {}
    }
  }

  private void register(ClusterImage before, RegisterBroker register) {
    int id = register.brokerId();
    BrokerImage known = before.brokers().get(id);
    if (known == null || known.incarnation().equals(register.incarnation())) {
      return;
    }
    int there = 0;
    int unclean = 0;
    boolean killed = false;
    List<PartitionId> inUnclean = new ArrayList<>();
    for (PresentedDirectory presented : register.directories()) {
      IncarnationId last = known.directories().get(presented.id());
      if (last != null && presented.incarnations().contains(last)) {
        there++;
        killed |= !presented.closedCleanly();
        if (known.description().acksBeforeFlush() && !presented.closedCleanly()) {
          unclean++;
          inUnclean.addAll(presented.replicas());
        }
      }
    }
    boolean oneIsGone = there < known.directories().size();
    up.remove(id);
    stopping.remove(id);
    for (var row : rows.entrySet()) {
      boolean kept = (!oneIsGone && unclean == 0) || register.held().contains(row.getKey());
      boolean doubted = !oneIsGone || inUnclean.contains(row.getKey());
      boolean early = killed && everReplicated.contains(row.getKey().topicId());
      if (kept && !early) {
        leave(row.getValue(), id, false);
      } else if (kept || doubted) {
        comeBackInDoubt(row.getValue(), id);
      } else {
        lose(row.getValue(), id);
      }
    }
  }

  private static void comeBackInDoubt(Row row, int broker) {
    boolean counted = row.isr.contains(broker) || row.elr.contains(broker);
    leave(row, broker, true);
    if (counted && row.isr.isEmpty() && row.elr.isEmpty()) {
      row.lastKnown = broker;
    }
  }

  private static boolean othersHold(Row row, int broker) {
    TreeSet<Integer> others = new TreeSet<>(row.isr);
    others.addAll(row.elr);
    others.remove(broker);
    return !others.isEmpty();
  }

  private static void lose(Row row, int broker) {
    leave(row, broker, true);
    if (row.lastKnown == broker) {
      row.lastKnown = NONE;
    }
  }

  /** Of several for one partition the first that fits: the row is another one then. */
  private void inSync(ClusterImage before, int leader, IsrChange change) {
    Row row = rows.get(change.partition());
    PartitionImage old = before.partition(change.partition()).orElse(null);
    if (row == null || old == null || !row.image(old.partition()).equals(old)) {
      return;
    }
    TreeSet<Integer> wanted = new TreeSet<>();
    boolean fits = old.leader() == leader;
    fits &= old.leaderEpoch() == change.leaderEpoch();
    fits &= old.partitionEpoch() == change.partitionEpoch();
    for (IsrChange.Member member : change.isr()) {
      int id = member.brokerId();
      fits &= wanted.add(id);
      fits &= row.replicas.contains(id);
      boolean present =
          before.broker(id).filter(b -> b.brokerEpoch() == member.brokerEpoch()).isPresent();
      fits &= row.isr.contains(id) || (mayLead(id) && present);
    }
    if (fits && wanted.contains(leader)) {
      row.partitionEpoch = old.partitionEpoch() + 1;
      for (int broker : List.copyOf(row.isr)) {
        if (!wanted.contains(broker)) {
          leave(row, broker, false);
        }
      }
      row.isr.addAll(wanted);
      row.elr.removeAll(wanted);
    }
  }

  private static void leave(Row row, int broker, boolean lost) {
    if (row.isr.remove(broker)) {
      row.elr.add(broker);
    }
    if (lost) {
      row.elr.remove(broker);
    }
    if (row.leader == broker) {
      row.leader = NONE;
    }
  }

  private void prefer(Row row) {
    int preferred = row.replicas.getFirst();
    if (row.isr.contains(preferred) && mayLead(preferred)) {
      row.leader = preferred;
    }
  }

  /** Who has no leader here has nobody eligible who is up: every row is put right at every step. */
  private void electAnybody(Row row) {
    List<Integer> order = new ArrayList<>(row.origin);
    order.addAll(row.replicas);
    order.removeIf(broker -> !mayLead(broker));
    if (row.leader == NONE && !order.isEmpty()) {
      row.leader = order.getFirst();
      row.isr = new TreeSet<>(Set.of(row.leader));
      row.elr.clear();
      row.lastKnown = NONE;
    }
  }

  /** Where its replicas go is taken from the image: that is {@link DrainTwinTest}'s matter. */
  private void drain(MetadataCommand.DrainBroker drain, ClusterImage after) {
    int broker = drain.brokerId();
    for (var entry : rows.entrySet()) {
      Row row = entry.getValue();
      boolean leaves = row.origin.contains(broker) && !row.target.contains(broker);
      if (drain.cancel() && leaves) {
        PartitionMove.Aim back =
            new PartitionMove.Aim.Target(
                NaiveDrains.calledBack(row.origin, row.target, broker, after));
        if (!leavesNobody(entry.getKey(), back)) {
          move(row, back);
        }
      }
      List<Integer> settled = row.target.isEmpty() ? row.replicas : row.target;
      if (!drain.cancel() && settled.contains(broker)) {
        PartitionImage now = after.partition(entry.getKey()).orElseThrow();
        move(row, new PartitionMove.Aim.Target(now.settledReplicas()));
        ledByAnother(row, broker);
      }
    }
  }

  private void ledByAnother(Row row, int broker) {
    TreeSet<Integer> others = new TreeSet<>(row.isr);
    others.remove(broker);
    int next = row.leader == broker ? firstOf(row, others) : NONE;
    row.leader = next == NONE ? row.leader : next;
  }

  private static void move(Row row, PartitionMove.Aim aim) {
    boolean underWay = !row.target.isEmpty();
    List<Integer> origin = underWay ? row.origin : row.replicas;
    List<Integer> target =
        aim instanceof PartitionMove.Aim.Target(List<Integer> replicas) ? replicas : origin;
    if (target.equals(underWay ? row.target : row.replicas)) {
      return;
    }
    row.replicas = new ArrayList<>(target);
    if (target.equals(origin)) {
      row.target = List.of();
      row.origin = List.of();
    } else {
      row.target = target;
      row.origin = origin;
      origin.stream().filter(b -> !target.contains(b)).forEach(row.replicas::add);
    }
  }

  private void settle(ClusterImage before, ClusterImage after, String what) {
    rows.keySet().removeIf(id -> after.topic(id.topicId()).isEmpty());
    for (TopicImage topic : after.topics().values()) {
      if ("replicated".equals(topic.configs().get("flush.policy"))) {
        everReplicated.add(topic.id());
      }
      for (PartitionImage now : topic.partitions()) {
        PartitionId id = new PartitionId(topic.id(), now.partition());
        rows.computeIfAbsent(id, fresh -> copyOf(now));
        Row row = row(id);
        putRight(row, topic.minInsyncReplicas());
        before.partition(id).ifPresent(old -> raise(row, old));
        assertEquals(row.image(now.partition()), now, what + " " + topic.name());
      }
    }
  }

  private void putRight(Row row, int minInsync) {
    only(row, row.replicas);
    if (row.leader == NONE) {
      elect(row);
    }
    if (row.isr.size() >= minInsync) {
      row.elr.clear();
    }
    if (!row.target.isEmpty() && row.isr.containsAll(row.target)) {
      boolean led = row.leader == NONE || row.target.contains(row.leader);
      boolean possible = led || row.target.stream().anyMatch(this::mayLead);
      if (possible) {
        row.replicas = row.target;
        row.target = List.of();
        row.origin = List.of();
        only(row, row.replicas);
        elect(row);
      }
    }
  }

  private static void only(Row row, List<Integer> replicas) {
    row.isr.retainAll(replicas);
    row.elr.retainAll(replicas);
    if (!replicas.contains(row.leader)) {
      row.leader = NONE;
    }
    if (!replicas.contains(row.lastKnown)) {
      row.lastKnown = NONE;
    }
  }

  private void elect(Row row) {
    if (row.leader != NONE) {
      return;
    }
    row.leader = firstOf(row, row.isr);
    if (row.leader == NONE) {
      row.leader = firstOf(row, row.elr);
    }
    if (row.leader == NONE && row.lastKnown != NONE) {
      row.leader = firstOf(row, Set.of(row.lastKnown));
    }
    if (row.leader != NONE) {
      row.lastKnown = NONE;
      row.elr.remove(row.leader);
      row.isr.add(row.leader);
    }
  }

  private int firstOf(Row row, Set<Integer> brokers) {
    for (int broker : row.replicas) {
      if (brokers.contains(broker) && mayLead(broker)) {
        return broker;
      }
    }
    return NONE;
  }

  private boolean mayLead(int broker) {
    return up.contains(broker) && !stopping.contains(broker);
  }

  private static void raise(Row row, PartitionImage old) {
    row.leaderEpoch = old.leaderEpoch() + (row.leader == old.leader() ? 0 : 1);
    boolean asked = row.partitionEpoch > old.partitionEpoch();
    row.partitionEpoch = old.partitionEpoch();
    row.partitionEpoch += !asked && row.image(old.partition()).equals(old) ? 0 : 1;
  }

  private Row row(PartitionId id) {
    return Objects.requireNonNull(rows.get(id), id::toString);
  }

  private static Row copyOf(PartitionImage image) {
    Row row = new Row();
    row.leader = image.leader();
    row.leaderEpoch = image.leaderEpoch();
    row.partitionEpoch = image.partitionEpoch();
    row.replicas = image.replicas();
    row.isr.addAll(image.isr());
    row.elr.addAll(image.elr());
    row.target = image.reassignment().target();
    row.origin = image.reassignment().origin();
    row.lastKnown = image.lastKnownLeader();
    return row;
  }
}
