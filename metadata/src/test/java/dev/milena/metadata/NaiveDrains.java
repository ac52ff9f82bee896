package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;

/** What {@link NaivePartitions} knows of drains, by plain steps. */
final class NaiveDrains {
  private NaiveDrains() {}

  /**
   * The replicas to which a move goes back when the drain of a broker is called back. Who else is
   * drained leaves all the same: one who comes takes its place, or nobody.
   */
  static List<Integer> calledBack(
      List<Integer> origin, List<Integer> target, int broker, ClusterImage after) {
    List<Integer> back = new ArrayList<>(origin);
    List<Integer> coming = new ArrayList<>(target);
    coming.removeAll(origin);
    for (int place = 0; place < origin.size(); place++) {
      Integer other = origin.get(place);
      boolean drained = after.broker(other).filter(row -> row.standing().draining()).isPresent();
      if (other == broker || target.contains(other) || !drained) {
        continue;
      }
      if (coming.isEmpty()) {
        back.removeAll(List.of(other));
        continue;
      }
      boolean inPlace = place < target.size() && coming.contains(target.get(place));
      Integer instead = inPlace ? target.get(place) : coming.getFirst();
      coming.removeAll(List.of(instead));
      back.set(back.indexOf(other), instead);
    }
    return back;
  }

  /** How many partitions leave a broker and, by the same move, another one that is drained. */
  static int othersLeave(ClusterImage image, int broker) {
    int found = 0;
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        List<Integer> origin = row.reassignment().origin();
        boolean leaves = row.reassignment().removing().contains(broker);
        boolean plain =
            calledBack(origin, row.reassignment().target(), broker, image).equals(origin);
        found += leaves && !plain ? 1 : 0;
      }
    }
    return found;
  }
}
