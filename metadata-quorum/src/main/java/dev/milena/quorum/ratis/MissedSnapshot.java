package dev.milena.quorum.ratis;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;

/** Tells why a snapshot was not taken where that is to be expected. Pure. */
final class MissedSnapshot {
  private MissedSnapshot() {}

  /**
   * The reason in a few words; empty for what nobody foresaw, which is to be shown with its trace.
   *
   * @param waitMs for how long Ratis was to try, in milliseconds
   */
  static Optional<String> expected(Throwable failure, long waitMs) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      // Ratis says in an ERROR of its own when its disk refused; else it had much to apply first
      case TimeoutIOException _ ->
          Optional.of(
              "Ratis had not taken it after %s s"
                  .formatted(TimeUnit.MILLISECONDS.toSeconds(waitMs)));
      case AlreadyClosedException _, GroupMismatchException _ ->
          Optional.of("the quorum's log is closed");
      case ServerNotReadyException _ -> Optional.of("the quorum's log is being opened or closed");
      default -> Optional.empty();
    };
  }
}
