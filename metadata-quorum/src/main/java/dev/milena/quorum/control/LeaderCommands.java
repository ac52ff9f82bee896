package dev.milena.quorum.control;

import dev.milena.metadata.MetadataCommand;
import java.util.function.Consumer;

/** Submits what the leader of the quorum asks of itself. */
@FunctionalInterface
public interface LeaderCommands {
  /**
   * Submits a command that takes effect in one term of this member only; returns at once.
   *
   * @param term of the leader that asks
   * @param accepted called once, within a bounded time, on any thread: whether the command was
   *     accepted
   */
  void submit(MetadataCommand command, long term, Consumer<Boolean> accepted);
}
