package dev.milena.broker.core.cluster;

import dev.milena.metadata.BrokerImage;
import java.util.List;
import java.util.Optional;

/**
 * One node.
 *
 * @param broker its row in the metadata
 * @param vote whether it votes in the quorum, as far as this node knows
 * @param directories its log directories; empty when it did not answer
 */
public record NodeView(BrokerImage broker, Vote vote, Optional<List<DirectoryRoom>> directories) {
  /** Whether the quorum counts on its vote. */
  public enum Vote {
    /** It does not. */
    NONE,
    /** It does. */
    VOTER,
    /** It does, and the node says that it has none: its disk was emptied. */
    EMPTIED
  }

  /** Copies the list. */
  public NodeView {
    directories = directories.map(List::copyOf);
  }
}
