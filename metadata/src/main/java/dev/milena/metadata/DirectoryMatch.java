package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a registering broker has kept of its replicas, by the directories it presents (replication
 * rule 7). Pure.
 *
 * <pre>
 *   the run that the quorum saw there last   how it ended   flush.policy there         its replicas
 *   is among those presented                 any            ack                        ALL
 *   is among those presented                 orderly        replicated                 ALL
 *   is among those presented                 killed         replicated                 DOUBTFUL
 *   is not: emptied, restored, swapped       any            any                        NOTHING
 * </pre>
 *
 * <p>A flush.policy is the run's, for all of its replicas, or the topic's. A topic that ever was
 * replicated is so of each directory, since nobody says which partitions lie in which: the broker
 * was killed if one of them has no marker.
 */
public final class DirectoryMatch {
  private DirectoryMatch() {}

  /** What is left of what a replica held when its broker was registered last. */
  enum Remains {
    ALL,
    /** It is there, and records that were acknowledged before they were flushed may be gone. */
    DOUBTFUL,
    NOTHING
  }

  /**
   * Whether nothing of what the quorum counts on in a directory can be gone.
   *
   * @param before the row of the run before
   */
  public static boolean isAsItWasLeft(BrokerImage before, PresentedDirectory presented) {
    return isThere(before, presented)
        && (presented.closedCleanly() || !before.description().acksBeforeFlush());
  }

  /** Whether it is the directory that the quorum knows, in the state that the last run left. */
  public static boolean isThere(BrokerImage before, PresentedDirectory presented) {
    IncarnationId last = before.directories().get(presented.id());
    return last != null && presented.incarnations().contains(last);
  }

  /** Whether every directory that the quorum knows is among them and as it was left. */
  public static boolean allAreAsTheyWereLeft(
      BrokerImage before, List<PresentedDirectory> presented) {
    return all(before, presented, one -> isAsItWasLeft(before, one));
  }

  /** Whether every directory that the quorum knows is among them. */
  public static boolean allAreThere(BrokerImage before, List<PresentedDirectory> presented) {
    return all(before, presented, one -> isThere(before, one));
  }

  private static boolean all(
      BrokerImage before,
      List<PresentedDirectory> presented,
      Predicate<PresentedDirectory> isFine) {
    Map<DirectoryId, PresentedDirectory> byId = new TreeMap<>();
    presented.forEach(one -> byId.put(one.id(), one));
    return before.directories().keySet().stream()
        .allMatch(id -> byId.containsKey(id) && isFine.test(byId.get(id)));
  }

  /**
   * Tells it of each partition.
   *
   * @param before the row of the run before
   */
  static Function<PartitionId, Remains> remains(
      ClusterImage image, BrokerImage before, RegisterBroker register) {
    Function<PartitionId, Remains> byRun = remains(before, register);
    boolean killed =
        register.directories().stream()
            .anyMatch(one -> isThere(before, one) && !one.closedCleanly());
    return partition ->
        killed && acksBeforeFlush(image, partition) && byRun.apply(partition) == Remains.ALL
            ? Remains.DOUBTFUL
            : byRun.apply(partition);
  }

  private static boolean acksBeforeFlush(ClusterImage image, PartitionId partition) {
    TopicImage topic = image.topics().get(partition.topicId());
    return topic != null && topic.acksBeforeFlush();
  }

  private static Function<PartitionId, Remains> remains(
      BrokerImage before, RegisterBroker register) {
    List<PresentedDirectory> presented = register.directories();
    if (allAreAsTheyWereLeft(before, presented)) {
      return partition -> Remains.ALL;
    }
    TreeSet<PartitionId> held = new TreeSet<>(register.held());
    if (allAreThere(before, presented)) {
      return partition -> held.contains(partition) ? Remains.ALL : Remains.DOUBTFUL;
    }
    TreeSet<PartitionId> doubtful = new TreeSet<>();
    presented.stream()
        .filter(one -> isThere(before, one) && !isAsItWasLeft(before, one))
        .forEach(one -> doubtful.addAll(one.replicas()));
    return partition -> {
      if (held.contains(partition)) {
        return Remains.ALL;
      }
      return doubtful.contains(partition) ? Remains.DOUBTFUL : Remains.NOTHING;
    };
  }
}
