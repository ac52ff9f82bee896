package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why a snapshot was not taken: what is to be expected takes few words, and a bug its trace. */
@Timeout(20)
class MissedSnapshotTest {
  @Test
  void whatIsToBeExpectedIsSaidInAFewWordsWithTheBound() {
    assertEquals(
        Optional.of("Ratis had not taken it after 60 s"),
        reason(new TimeoutIOException("n1@group: Failed to take a snapshot within 60000ms")));
    assertEquals(
        Optional.of("the quorum's log is closed"), reason(new AlreadyClosedException("closed")));
    assertEquals(
        Optional.of("the quorum's log is closed"),
        reason(new GroupMismatchException(RaftGroupId.emptyGroupId() + " not found")));
    assertEquals(
        Optional.of("the quorum's log is being opened or closed"),
        reason(new ServerNotReadyException("n1 is not in [RUNNING]: current state is STARTING")));
  }

  @Test
  void whatIsNotKeepsItsTrace() {
    for (Exception failure :
        List.of(
            new IOException("EIO"),
            new IllegalStateException("a bug"),
            new CompletionException("no cause", null))) {
      assertEquals(Optional.empty(), reason(failure));
    }
  }

  /** As a chain of futures hands it on, too. */
  private static Optional<String> reason(Exception failure) {
    Optional<String> reason = MissedSnapshot.expected(failure, 60_000);
    assertEquals(reason, MissedSnapshot.expected(new CompletionException(failure), 60_000));
    return reason;
  }
}
