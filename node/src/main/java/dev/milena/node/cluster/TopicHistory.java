package dev.milena.node.cluster;

import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.TopicId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The names that topics had, living or deleted, as the journal tells them from its beginning: its
 * later records name topics by id. Knows as many as fit; of more the earliest are forgotten, and
 * shown by their ids.
 */
@OwnedBy(Owner.CREATOR)
final class TopicHistory {
  /** About 20 MB of names. */
  static final int MOST = 100_000;

  private final Map<TopicId, String> names = new LinkedHashMap<>();
  private long throughIndex = -1;

  /** Up to where the journal was learnt. */
  long throughIndex() {
    return throughIndex;
  }

  /** Takes a step in; steps come in their order. */
  void learn(JournalStep step) {
    throughIndex = step.index();
    for (MetadataRecord record : step.records()) {
      if (record instanceof MetadataRecord.TopicCreated created) {
        names.put(created.id(), created.name());
      }
    }
    if (names.size() > MOST) {
      names.remove(names.keySet().iterator().next());
    }
  }

  /** What a topic is or was called. */
  Optional<String> name(TopicId id) {
    return Optional.ofNullable(names.get(id));
  }

  /** Every life that a name had. */
  NavigableSet<TopicId> lives(String name) {
    TreeSet<TopicId> ids = new TreeSet<>();
    names.forEach((id, named) -> {
      if (named.equals(name)) {
        ids.add(id);
      }
    });
    return ids;
  }
}
