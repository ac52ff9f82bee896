package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.DrainBroker;
import dev.milena.metadata.MetadataRecord.BrokerDrainChanged;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataReply.DrainReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides {@link DrainBroker}: the replicas of a broker are on their way to others, and what it led
 * is led by others at once where it can be; or what was on its way stays.
 */
final class DrainBrokerDecider {
  private DrainBrokerDecider() {}

  static Decision decide(ClusterImage image, DrainBroker drain, CommandStamp stamp) {
    BrokerImage broker = image.brokers().get(drain.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(drain.brokerId());
    }
    return drain.cancel() ? cancelled(image, broker) : drained(image, broker, stamp.seed());
  }

  private static Decision drained(ClusterImage image, BrokerImage broker, long seed) {
    return switch (DrainPlanner.plan(
        image, broker.id(), seed, MetadataLimits.MAX_MOVES_PER_COMMAND)) {
      case DrainPlanner.Plan.Impossible(String why) ->
          Refusals.broker(
              RefusalReason.NOT_ENOUGH_BROKERS,
              broker.id(),
              "broker %s cannot be drained: %s; start more first, or move those to fewer brokers"
                  .formatted(broker.id(), why));
      case DrainPlanner.Plan.Moves(List<PartitionMove> moves, int left) ->
          begin(image, broker, moves, left);
    };
  }

  private static Decision begin(
      ClusterImage image, BrokerImage broker, List<PartitionMove> moves, int left) {
    List<MetadataRecord> records = flag(broker, true);
    for (PartitionMove move : moves) {
      PartitionId id = move.partition();
      TopicImage topic = image.topic(id.topicId()).orElseThrow();
      Eligibility eligibility = Eligibility.of(image, topic);
      PartitionImage before = topic.partition(id.partition()).orElseThrow();
      Optional<PartitionImage> begun =
          ReassignmentRules.begun(before, target(move), eligibility)
              .map(row -> PartitionRules.ledByAnother(row, broker.id(), eligibility));
      if (begun.isEmpty()) {
        return ReassignPartitionsDecider.nobodyLeft(image, id);
      }
      records.add(new PartitionChanged(id.topicId(), begun.get()));
    }
    return new Decision.Accepted(records, new DrainReply(moves.size(), left));
  }

  private static List<Integer> target(PartitionMove move) {
    return ((PartitionMove.Aim.Target) move.aim()).replicas();
  }

  /**
   * Moves that nobody else could give up stay under way, and are counted as left. Where a move
   * takes replicas from another broker too that is being drained, that one's go on leaving.
   */
  private static Decision cancelled(ClusterImage image, BrokerImage broker) {
    List<MetadataRecord> records = flag(broker, false);
    int flags = records.size();
    int left = 0;
    for (TopicImage topic : image.topics().values()) {
      Eligibility eligibility = Eligibility.of(image, topic);
      for (PartitionImage row : topic.partitions()) {
        if (!row.reassignment().removing().contains(broker.id())) {
          continue;
        }
        Optional<PartitionImage> back =
            records.size() - flags < MetadataLimits.MAX_MOVES_PER_COMMAND
                ? ReassignmentRules.begun(row, back(image, row, broker.id()), eligibility)
                : Optional.empty();
        back.ifPresent(now -> records.add(new PartitionChanged(topic.id(), now)));
        left += back.isPresent() ? 0 : 1;
      }
    }
    return new Decision.Accepted(records, new DrainReply(records.size() - flags, left));
  }

  /**
   * Where the replicas go back to: to the origin, but for other brokers that are being drained and
   * leave by the same move. For each of those one stays that the move brings, the one in its place
   * in the order if it can be; where there is none, as in a move to fewer replicas, nobody does.
   */
  private static List<Integer> back(ClusterImage image, PartitionImage row, int broker) {
    List<Integer> origin = row.reassignment().origin();
    List<Integer> target = row.reassignment().target();
    List<Integer> coming = new ArrayList<>(row.reassignment().adding());
    List<Integer> leaving = row.reassignment().removing();
    List<Integer> back = new ArrayList<>(origin.size());
    for (int place = 0; place < origin.size(); place++) {
      int replica = origin.get(place);
      if (replica == broker || !leaving.contains(replica) || !isDrained(image, replica)) {
        back.add(replica);
      } else if (place < target.size() && coming.removeAll(List.of(target.get(place)))) {
        back.add(target.get(place));
      } else if (!coming.isEmpty()) {
        back.add(coming.removeFirst());
      }
    }
    return back;
  }

  private static boolean isDrained(ClusterImage image, int broker) {
    return image.broker(broker).filter(row -> row.standing().draining()).isPresent();
  }

  private static List<MetadataRecord> flag(BrokerImage broker, boolean draining) {
    List<MetadataRecord> records = new ArrayList<>();
    if (broker.standing().draining() != draining) {
      records.add(new BrokerDrainChanged(broker.id(), broker.brokerEpoch() + 1, draining));
    }
    return records;
  }
}
