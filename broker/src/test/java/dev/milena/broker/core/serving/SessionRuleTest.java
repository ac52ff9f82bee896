package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionRuleTest {
  private static final long SESSION_MS = 6_000;
  private static final long HEARD_MS = 50_000;
  private static final PartitionName LOGS = new PartitionName("logs", 0);

  private final SessionRule rule = new SessionRule(1, SESSION_MS);

  private Optional<Refusal> after(long silentMs) {
    return rule.refusal(LOGS, Optional.of(new ClusterTime(7, HEARD_MS)), HEARD_MS + silentMs);
  }

  @Test
  void afterItsSessionALeaderTakesNothingThatWaitsForItAlone() {
    assertEquals(Optional.empty(), after(SESSION_MS - 1));
    Refusal refusal = after(SESSION_MS).orElseThrow();
    assertEquals(ErrorKind.LEADER_NOT_AVAILABLE, refusal.kind());
    assertEquals(
        "broker 1 has not heard of the quorum for 6000 ms (broker.session.timeout.ms is 6000), so another may lead logs-0 by now; write with acks=all, or ask another broker who leads",
        refusal.message());
  }

  @Test
  void whatFollowersMustHaveAndWhatNobodyTakesOverIsNoConcern() {
    assertTrue(SessionRule.concerns(3, Acks.LEADER));
    assertTrue(SessionRule.concerns(2, Acks.NONE));
    assertFalse(SessionRule.concerns(3, Acks.ALL));
    assertFalse(SessionRule.concerns(1, Acks.LEADER));
  }

  @Test
  void whoNeverHeardOfTheQuorumIsNoLeaderForSure() {
    assertEquals(
        "broker 1 has not heard of the quorum (broker.session.timeout.ms is 6000), so another may lead logs-0 by now; write with acks=all, or ask another broker who leads",
        rule.refusal(LOGS, Optional.empty(), 0).orElseThrow().message());
  }
}
