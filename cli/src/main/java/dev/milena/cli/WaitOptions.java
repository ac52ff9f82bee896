package dev.milena.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether, and for how long, a command waits for replicas that move. */
final class WaitOptions {
  private static final String NO_WAIT = "--no-wait";
  private static final String MAX_WAIT = "--max-wait";
  private static final String DEFAULT_WAIT = "1h";

  @Option(names = NO_WAIT, description = "Begin the move, and do not wait for its end.")
  private boolean noWait;

  @Option(
      names = MAX_WAIT,
      paramLabel = "2h",
      description =
          "How long to wait for the end: 30s, 15m, 2h or 7d (default: 1h); the move goes on after that.")
  private @Nullable String maxWait;

  boolean waits() {
    return !noWait;
  }

  /** As it was typed. */
  String maxWait() {
    return maxWait == null ? DEFAULT_WAIT : maxWait;
  }

  long maxWaitMs() {
    return Moment.duration(MAX_WAIT, maxWait());
  }

  List<String> given() {
    List<String> given = new ArrayList<>();
    TopicActions.addIf(noWait, NO_WAIT, given);
    TopicActions.addIf(maxWait != null, MAX_WAIT, given);
    return given;
  }

  /** Before anybody is asked. */
  void check() {
    if (noWait && maxWait != null) {
      throw CommandFailed.usage("--max-wait does not go with --no-wait");
    }
    var _ = maxWaitMs();
  }
}
