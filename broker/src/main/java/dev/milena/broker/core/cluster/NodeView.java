package dev.milena.broker.core.cluster;

import dev.milena.metadata.BrokerImage;
import java.util.List;
import java.util.Optional;

/**
 * One node.
 *
 * @param broker its row in the metadata
 * @param voter whether it votes in the quorum, as far as this node knows
 * @param directories its log directories; empty when it did not answer
 */
public record NodeView(
    BrokerImage broker, boolean voter, Optional<List<DirectoryRoom>> directories) {
  /** Copies the list. */
  public NodeView {
    directories = directories.map(List::copyOf);
  }
}
