package dev.milena.quorum.grpc.server;

import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.quorum.store.RecordStream;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * What this node's member of the quorum does for others. Any thread may call; nothing here waits,
 * and every stage completes normally within its time.
 */
public interface QuorumMember {
  /** Has a command decided; see {@code QuorumServer.submit}. */
  CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs);

  /** Asks up to where the quorum has agreed; see {@code QuorumServer.readIndex}. */
  CompletionStage<ReadAnswer> readIndex(long timeoutMs);

  /** What was changed. */
  RecordStream stream();

  /** What is applied here. */
  MetadataView view();

  /** How the quorum looks from here, now; not for every message. */
  QuorumSight sight();

  /** The term as this member knows it; cheap. */
  long term();

  /** {@link QuorumSight.Leader#heardAgoMs}; cheaper than the whole sight. */
  OptionalLong leaderHeardAgoMs();

  /**
   * For how long it has not applied what it had in its log or knew to be agreed on, in
   * milliseconds; some hundred at most while all is well.
   */
  long behindMs();
}
