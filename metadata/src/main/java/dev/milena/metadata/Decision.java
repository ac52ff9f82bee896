package dev.milena.metadata;

import java.util.List;
import java.util.SortedMap;
import org.pcollections.TreePMap;

/** What became of a command. */
public sealed interface Decision {
  /**
   * It is done when these records are folded.
   *
   * @param records in order; empty when everything was already as wanted
   * @param reply what the asker gets
   */
  record Accepted(List<MetadataRecord> records, MetadataReply reply) implements Decision {
    public Accepted {
      records = List.copyOf(records);
    }
  }

  /**
   * Nothing changes.
   *
   * @param message one sentence for people: the thing, the bound, the next step
   * @param about what it is about, for programs: "topic", "partition", "config" and so on
   */
  record Refused(RefusalReason reason, String message, TreePMap<String, String> about)
      implements Decision {
    /** The same, from any sorted map. */
    public static Refused of(
        RefusalReason reason, String message, SortedMap<String, String> about) {
      return new Refused(reason, message, TreePMap.fromSortedMap(about));
    }
  }
}
