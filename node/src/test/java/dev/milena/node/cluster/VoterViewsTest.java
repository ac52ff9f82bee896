package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.cluster.VoterStanding;
import dev.milena.broker.core.cluster.VoterStanding.State;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.quorum.ratis.LeaderSight;
import dev.milena.quorum.ratis.LogStatus;
import dev.milena.quorum.ratis.QuorumStage;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterAnswer;
import dev.milena.quorum.ratis.VoterProgress;
import dev.milena.quorum.ratis.VoterStatus;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class VoterViewsTest {
  private static VoterStatus voter(int id, VoterProgress progress) {
    return new VoterStatus(
        "n%s-kRb3Uy_0Q7eW8Wc8uX2q5A".formatted(id), id, "h", 9090 + id, progress);
  }

  private static VoterStatus heard(int id, long silentMs) {
    return voter(id, new VoterProgress.Known(47, 48, 1, silentMs));
  }

  private static QuorumStatus led(VoterStatus... voters) {
    return new QuorumStatus(
        1,
        QuorumStage.VOTER,
        true,
        LeaderSight.NONE,
        3,
        List.of(voters),
        new LogStatus(0, 49, 48, 48, -1));
  }

  private static List<VoterStanding> standings(List<VoterView> voters) {
    return voters.stream().map(VoterView::standing).toList();
  }

  @Test
  void whoHasNotAnsweredItsLeaderForSecondsIsSilentOrEmptied() {
    QuorumStatus status =
        led(
            heard(4, 3_000),
            heard(1, 0),
            heard(2, 2_999),
            heard(3, 60_000),
            voter(5, new VoterProgress.Unknown()));

    assertEquals(
        List.of(4, 3, 5), VoterViews.silent(status).stream().map(VoterStatus::nodeId).toList());
    assertEquals(
        List.of(
            VoterStanding.of(State.LEADER),
            VoterStanding.of(State.FOLLOWER),
            VoterStanding.of(State.EMPTIED),
            new VoterStanding(State.SILENT, "nobody listens there"),
            new VoterStanding(State.SILENT, "it is up, and takes nothing from the leader")),
        standings(
            VoterViews.ofLeader(
                status,
                new TreeMap<>(
                    Map.of(
                        3, new VoterAnswer.Emptied(),
                        4, new VoterAnswer.Silent("nobody listens there"),
                        5, new VoterAnswer.Present())))));
  }

  @Test
  void whomANewLeaderHasNotHeardYetIsUnknownForThreeSecondsAndNobodyIsAsked() {
    QuorumStatus status =
        led(
            heard(1, 0),
            voter(2, new VoterProgress.Unheard(2_999)),
            voter(3, new VoterProgress.Unheard(3_000)));

    assertEquals(List.of(3), VoterViews.silent(status).stream().map(VoterStatus::nodeId).toList());
    List<VoterView> views =
        VoterViews.ofLeader(
            status, new TreeMap<>(Map.of(3, new VoterAnswer.Silent("nobody listens there"))));
    assertEquals(
        List.of(
            VoterStanding.of(State.LEADER),
            VoterStanding.of(State.UNKNOWN),
            new VoterStanding(State.SILENT, "nobody listens there")),
        standings(views));
    assertEquals(List.of(0L, -1L, 3_000L), views.stream().map(VoterView::silentMs).toList());
    assertEquals(List.of(1L, -1L, -1L), views.stream().map(VoterView::lagEntries).toList());
  }

  @Test
  void aVoterOfWhichTheLeaderHasNotHeardHowFarItIsLagsByNoNumber() {
    VoterView dead =
        VoterViews.ofLeader(
                led(voter(2, new VoterProgress.Known(-1, 0, 49, 9_000))),
                Collections.emptySortedMap())
            .getFirst();
    assertEquals(-1, dead.lastIndex());
    assertEquals(-1, dead.lagEntries());
    assertEquals(9_000, dead.silentMs());
  }

  @Test
  void withoutALeaderEachVoterAnswersOrDoesNot() {
    VoterProgress unknown = new VoterProgress.Unknown();
    List<VoterView> voters =
        VoterViews.leaderless(
            led(),
            List.of(voter(3, unknown), voter(1, unknown), voter(2, unknown)),
            new TreeMap<>(
                Map.of(
                    1, new VoterAnswer.Present(),
                    2, new VoterAnswer.Silent("no answer in time"),
                    3, new VoterAnswer.Emptied())));
    assertEquals(
        List.of(
            VoterStanding.of(State.ANSWERING),
            new VoterStanding(State.SILENT, "no answer in time"),
            VoterStanding.of(State.EMPTIED)),
        standings(voters));
    assertEquals(
        List.of(48L, -1L, -1L), voters.stream().map(VoterView::lastIndex).toList(), "its own log");
  }
}
