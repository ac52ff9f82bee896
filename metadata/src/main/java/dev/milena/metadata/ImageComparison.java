package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Finds what is different between two images that no known records lie between. */
final class ImageComparison {
  private ImageComparison() {}

  static ImageDelta compare(ClusterImage before, ClusterImage after) {
    return new ImageDelta(
        topics(before, after), brokers(before, after), !before.voters().equals(after.voters()));
  }

  private static TreePMap<TopicId, TopicDelta> topics(ClusterImage before, ClusterImage after) {
    TreePMap<TopicId, TopicDelta> deltas = TreePMap.empty();
    for (TopicImage gone : before.topics().values()) {
      if (!after.topics().containsKey(gone.id())) {
        deltas = deltas.plus(gone.id(), whole(gone, TopicDelta.Kind.DELETED));
      }
    }
    for (TopicImage now : after.topics().values()) {
      TopicImage old = before.topics().get(now.id());
      if (old == null) {
        deltas = deltas.plus(now.id(), whole(now, TopicDelta.Kind.CREATED));
      } else if (!old.equals(now)) {
        deltas = deltas.plus(now.id(), difference(old, now));
      }
    }
    return deltas;
  }

  private static TopicDelta whole(TopicImage topic, TopicDelta.Kind kind) {
    List<Integer> partitions = IntStream.range(0, topic.partitionCount()).boxed().toList();
    return new TopicDelta(topic.id(), topic.name(), kind, true, partitions);
  }

  private static TopicDelta difference(TopicImage old, TopicImage now) {
    List<Integer> partitions = new ArrayList<>();
    for (int p = 0; p < Math.max(old.partitionCount(), now.partitionCount()); p++) {
      if (!old.partition(p).equals(now.partition(p))) {
        partitions.add(p);
      }
    }
    boolean configs = !old.configs().equals(now.configs());
    return new TopicDelta(now.id(), now.name(), TopicDelta.Kind.CHANGED, configs, partitions);
  }

  private static TreePSet<Integer> brokers(ClusterImage before, ClusterImage after) {
    TreeSet<Integer> ids = new TreeSet<>(before.brokers().keySet());
    ids.addAll(after.brokers().keySet());
    ids.removeIf(id -> before.broker(id).equals(after.broker(id)));
    return TreePSet.from(ids);
  }
}
