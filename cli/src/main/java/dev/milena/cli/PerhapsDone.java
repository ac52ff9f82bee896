package dev.milena.cli;

import dev.milena.client.ClientReason;
import dev.milena.client.MilenaException;
import java.util.Set;
import java.util.function.Supplier;

/** Changes whose answer may not come: says with which command to look whether they are made. */
final class PerhapsDone {
  /** Of client and brokers; a sentence that names a command already is left as it is. */
  private static final Set<String> UNANSWERED =
      Set.of(ClientReason.TIMED_OUT.name(), ClientReason.CONNECTION_LOST.name());

  private PerhapsDone() {}

  /**
   * Makes a change.
   *
   * @param look the command that shows what came of it
   */
  static <T> T change(Supplier<T> change, String look) {
    try {
      return change.get();
    } catch (MilenaException failure) {
      boolean open = UNANSWERED.contains(failure.reason()) && !failure.nothingStored();
      if (open && !failure.getMessage().contains("kafkactl")) {
        throw CommandFailed.refused(
            "%s; %s shows what came of it".formatted(failure.getMessage(), look));
      }
      throw failure;
    }
  }
}
