package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.quorum.ratis.formation.PeerName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class LeaderHeardTest {
  @Test
  void aVoterAloneAlwaysHasItsMajority() {
    assertEquals(OptionalLong.of(0), heard(1));
  }

  @Test
  void ofThreeOneOtherIsEnough() {
    assertEquals(OptionalLong.of(40), heard(3, 9_000, 40));
  }

  @Test
  void ofFiveItIsTheSecondOther() {
    assertEquals(OptionalLong.of(700), heard(5, 9_000, 40, 700, 8_000));
  }

  @Test
  void ofTwoBothAreNeeded() {
    assertEquals(OptionalLong.of(5_000), heard(2, 5_000));
  }

  @Test
  void whoHasNoVoteDoesNotCount() {
    List<FollowerProgress> others = others(5_000, 6_000);
    others.add(new FollowerProgress(name(9), 0, 1, 3, 10_000));
    assertEquals(OptionalLong.of(5_000), LeaderHeard.ofLeader(voters(3), name(1), others));
  }

  @Test
  void withoutAnAnswerNobodyKnows() {
    assertEquals(OptionalLong.empty(), heard(3));
  }

  private static OptionalLong heard(int voters, long... silentMs) {
    return LeaderHeard.ofLeader(voters(voters), name(1), others(silentMs));
  }

  private static List<FollowerProgress> others(long... silentMs) {
    List<FollowerProgress> others = new ArrayList<>();
    for (long ms : silentMs) {
      others.add(new FollowerProgress(name(others.size() + 2), 0, 1, ms, 10_000));
    }
    return others;
  }

  private static Set<PeerName> voters(int count) {
    Set<PeerName> voters = new TreeSet<>();
    for (int id = 1; id <= count; id++) {
      voters.add(name(id));
    }
    return voters;
  }

  private static PeerName name(int id) {
    return new PeerName(id, "AAAAAAAAAAAAAAAAAAAAAA");
  }
}
