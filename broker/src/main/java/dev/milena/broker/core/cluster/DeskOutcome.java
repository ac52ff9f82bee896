package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Refusal;

/**
 * What a {@link ClusterDesk} answers.
 *
 * @param <T> what was asked for
 */
public sealed interface DeskOutcome<T> {
  /** What was asked for. */
  record Answered<T>(T answer) implements DeskOutcome<T> {}

  /**
   * This node cannot know or do it, and nothing was done; another can.
   *
   * @param nodeId of that node
   * @param host where its client port is
   */
  record AskNode<T>(int nodeId, String host, int port) implements DeskOutcome<T> {}

  /** No; the refusal says whether anything may have been changed. */
  record DeskRefused<T>(Refusal refusal) implements DeskOutcome<T> {}
}
