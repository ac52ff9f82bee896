package dev.milena.broker.core;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The broker's only way to the metadata quorum: in the process on a member of it, over the network
 * elsewhere. Any thread may call; nothing here waits.
 */
public interface QuorumGateway {
  /**
   * Asks for a change. The stage always completes normally and within the time: every way to fail
   * is a {@link QuorumAnswer}.
   *
   * @param timeoutMs at least 1
   */
  CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs);

  /**
   * Asks the quorum whether this node has caught up: an image at the index it answers shows every
   * change that was answered before this call.
   *
   * @param timeoutMs at least 1; the stage completes normally within it
   */
  CompletionStage<ReadAnswer> readIndex(long timeoutMs);

  /**
   * Tells when every broker that is up knows the metadata up to an index: what was created is known
   * then wherever the asker looks next.
   *
   * @param timeoutMs at least 1; the stage completes within it: false when some broker does not
   *     know, or the quorum cannot be asked
   */
  CompletionStage<Boolean> awaitSpread(long index, long timeoutMs);

  /**
   * Keeps the quorum's leader told of this broker from the first call on. A run that says it is
   * ready is let in (unfenced), one that says it is leaving is fenced; both show in the view.
   */
  void announce(RunStanding standing);

  /**
   * Says up to where this broker has acted on the metadata. Called on the thread that applies,
   * often: must be cheap.
   */
  void acknowledge(long index);

  /**
   * The cluster's time as a leader of the quorum has said it last; empty before one has. What was
   * heard is not taken back when the leader falls silent.
   */
  Optional<ClusterTime> clusterTime();

  /** The metadata as this node knows it. */
  MetadataView view();
}
