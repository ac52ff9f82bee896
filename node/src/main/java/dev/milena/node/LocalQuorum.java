package dev.milena.node;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.ratis.QuorumServer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The broker's way to the quorum when both live in one process.
 *
 * @param self this broker's id
 * @param member this node's member of the quorum
 */
record LocalQuorum(int self, QuorumServer member) implements QuorumGateway {
  private static final long ANNOUNCE_MS = 60_000;

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return member.submit(command, origin, timeoutMs);
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return member.readIndex(timeoutMs);
  }

  /** Every broker applies by itself what was decided; nobody is asked how far it is. */
  @Override
  public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
    return CompletableFuture.completedFuture(true);
  }

  /** Lets this broker in and out itself: nobody watches it. */
  @Override
  public void announce(RunStanding standing) {
    Optional<BrokerImage> row =
        view().image().broker(self).filter(now -> now.incarnation().equals(standing.run()));
    if (row.isPresent() && standing.ready()) {
      long epoch = row.get().brokerEpoch();
      var _ =
          member.submit(
              standing.leaving()
                  ? new MetadataCommand.FenceBroker(self, epoch)
                  : new MetadataCommand.UnfenceBroker(self, epoch),
              CommandOrigin.ofBroker(self),
              ANNOUNCE_MS);
    }
  }

  @Override
  public void acknowledge(long index) {
    // nobody watches
  }

  @Override
  public MetadataView view() {
    return member.view();
  }
}
