package dev.milena.simulation.cluster;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import dev.milena.simulation.InvariantBroken;
import java.util.List;

/**
 * Looks at every change of the metadata: a leader comes from those who hold all that was committed,
 * and epochs only rise (I7).
 */
final class LeaderRule implements MetadataFollower {
  private ClusterImage before = ClusterImage.EMPTY;

  @Override
  public void onApplied(long index, ImageDelta delta, ClusterImage image) {
    for (TopicImage topic : image.topics().values()) {
      before
          .topic(topic.name())
          .ifPresent(old -> look(topic.name(), old.partitions(), topic.partitions()));
    }
    before = image;
  }

  private static void look(String topic, List<PartitionImage> before, List<PartitionImage> after) {
    for (int i = 0; i < before.size(); i++) {
      PartitionImage old = before.get(i);
      PartitionImage row = after.get(i);
      if (row.leaderEpoch() < old.leaderEpoch() || row.partitionEpoch() < old.partitionEpoch()) {
        throw new InvariantBroken("I7", topic + ": an epoch goes back: " + old + " to " + row);
      }
      boolean moved = row.hasLeader() && row.leader() != old.leader();
      // a move is over with the change of the ISR that its last replica joins by
      boolean joined = old.reassignment().isUnderWay() && row.isr().contains(row.leader());
      boolean heldAll =
          joined
              || old.isr().contains(row.leader())
              || old.elr().contains(row.leader())
              || (old.isr().isEmpty()
                  && old.elr().isEmpty()
                  && old.lastKnownLeader() == row.leader());
      if (moved && !heldAll) {
        throw new InvariantBroken("I7", topic + ": led by who may lack records: " + row);
      }
    }
  }
}
