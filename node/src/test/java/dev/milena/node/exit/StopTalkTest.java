package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of a real stop of three nodes, names shortened. */
class StopTalkTest {
  private static final String AT = "2026-11-26T01:51:21.374Z ";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final OneLineErrors errors = new OneLineErrors(out);

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** As slf4j-simple does it. */
  private void log(String line, Throwable thrown) {
    errors.println(AT + line);
    thrown.printStackTrace(errors);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[n1-server-thread5] [WARN] RaftServer$Division - n1@group: appendEntries* failed: entry=(t:6, i:41)",
        "[e-0] [ERROR] RaftServer$Division - n2@group: Failed appendEntries* n3->n2#2-t7",
        "[n1@group->n2-LogAppenderDaemon] [WARN] GrpcLogAppender - n1@group->n2-PromptAppender is interrupted: java.lang.InterruptedException",
        "[e-2] [WARN] GrpcLogAppender - n3@group->n1-AppendLogResponseHandler: Failed appendEntries: StatusRuntimeException: UNAVAILABLE: io exception",
        "[e-2] [WARN] GrpcServerProtocolService - n1: APPEND_ENTRIES onError, lastRequest: null: CANCELLED: client cancelled",
        "[e-1] [WARN] GrpcLogAppender - n2@group->n1-AppendLogResponseHandler: received NOT_LEADER reply with term 3",
        "[l-1] [WARN] RaftServer$Division - Follower n1@group->n2(c29,m29,n30, caughtUp=true)",
        "[n3-server-thread4] [WARN] TransferLeadership - n3@group: Failed to startLeaderElection for n2",
        "[milena-stop] [WARN] LeadershipTransfer - leadership was not handed over",
        "[broker-session] [INFO] SessionClient - member=127.0.0.1:29092 no session with the quorum here: io exception",
        "[controller] [INFO] TermDuties - broker=1 why=nobody listens at its address any more fencing a broker"
      })
  void aStopThatWasAskedForDoesNotWarnOfItselfNorShowStackTraces(String line) {
    errors.stopping();
    log(line, new IllegalStateException("closed", new IOException("refused")));
    assertEquals("", printed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[w] [WARN] SegmentedRaftLogWorker - n1@group: Failed appendEntries, no space left on device",
        "[u] [ERROR] StateMachineUpdater - n1@group: CANCELLED",
        "[e-0] [WARN] RaftServer$Division - n1@group: something else went wrong",
        "[controller] [WARN] TermDuties - broker=1 why=silent fencing a broker",
        "[milena-stop] [ERROR] StartedParts - part=broker did not stop in order",
        "[milena-stop] [INFO] SessionClient - has a session with the quorum"
      })
  void aFaultIsSaidAlsoWhileStopping(String line) {
    errors.stopping();
    log(line, new IllegalStateException("why"));
    assertEquals(AT + line, printed().lines().findFirst().orElse(""));
    assertEquals(
        "java.lang.IllegalStateException: why", printed().lines().skip(1).findFirst().orElse(""));
  }

  @Test
  void nothingIsPassedOverBeforeTheStopAndNothingThatFollowsWhatIs() {
    String line =
        "[x] [WARN] GrpcLogAppender - n1->n2 is interrupted: java.lang.InterruptedException";
    errors.println(AT + line);
    errors.stopping();
    log(line, new IOException("passed over"));
    errors.println(AT + "[milena-stop] [INFO] ProcessEnd - tookMs=3 stopped");
    assertEquals(
        AT + line + "\n" + AT + "[milena-stop] [INFO] ProcessEnd - tookMs=3 stopped\n", printed());
  }
}
