package dev.milena.node.cluster;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an answer on a thread that may wait, and not for ever. */
final class Patience {
  private Patience() {}

  /**
   * The answer, or nothing when the time is up.
   *
   * @param answer one that never ends with a failure
   */
  static <T> Optional<T> await(CompletionStage<T> answer, long timeoutMs)
      throws InterruptedException {
    try {
      return Optional.of(
          answer.toCompletableFuture().get(Math.max(1, timeoutMs), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      return Optional.empty();
    } catch (ExecutionException bug) {
      throw new IllegalStateException("an answer that cannot fail has failed", bug);
    }
  }
}
