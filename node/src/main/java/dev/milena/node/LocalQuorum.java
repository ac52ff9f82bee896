package dev.milena.node;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.ratis.QuorumServer;
import java.util.concurrent.CompletionStage;

/**
 * The broker's way to the quorum when both live in one process.
 *
 * @param member this node's member of the quorum
 */
record LocalQuorum(QuorumServer member) implements QuorumGateway {
  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return member.submit(command, origin, timeoutMs);
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return member.readIndex(timeoutMs);
  }

  @Override
  public MetadataView view() {
    return member.view();
  }
}
