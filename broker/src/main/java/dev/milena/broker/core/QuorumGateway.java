package dev.milena.broker.core;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import java.util.OptionalLong;
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
   * Asks how far the quorum has decided: an image at this index shows every change that was
   * answered before this call.
   *
   * @param timeoutMs at least 1; the stage completes normally within it
   * @return the index, or empty when the quorum did not say in time
   */
  CompletionStage<OptionalLong> readIndex(long timeoutMs);

  /** The metadata as this node knows it. */
  MetadataView view();
}
