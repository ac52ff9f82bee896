package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Voter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;

class RatisPropertiesTest {
  private final QuorumSettings single = Members.single(Path.of("q"), QuorumTuning.DEFAULT);

  @Test
  void unsafeSettingsAreRefused() {
    List<Consumer<RaftProperties>> unsafe =
        List.of(
            p -> RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(p, true),
            p -> RaftServerConfigKeys.Log.setAsyncFlushEnabled(p, true),
            p -> RaftServerConfigKeys.Log.setUnsafeFlushEnabled(p, true),
            p -> RaftServerConfigKeys.Log.setCorruptionPolicy(p, CorruptionPolicy.WARN_AND_RETURN),
            p -> RaftServerConfigKeys.Read.setOption(p, RaftServerConfigKeys.Read.Option.DEFAULT),
            p -> RaftServerConfigKeys.Read.setLeaderLeaseEnabled(p, true),
            p -> RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 1),
            p -> RaftServerConfigKeys.Log.setPurgePreservationLogNum(p, 10));
    for (Consumer<RaftProperties> change : unsafe) {
      RaftProperties properties = RatisProperties.of(single, true);
      change.accept(properties);
      assertThrows(IllegalStateException.class, () -> RatisProperties.requireSafe(properties));
    }
  }

  @Test
  void aSingleVoterDoesNotWaitForAnElection() {
    TimeDuration first =
        RaftServerConfigKeys.Rpc.firstElectionTimeoutMax(RatisProperties.of(single, true));

    assertTrue(first.toLong(java.util.concurrent.TimeUnit.MILLISECONDS) <= 1, first.toString());
  }

  @Test
  void everythingLiesInTheMembersFolder() {
    RaftProperties properties = RatisProperties.of(single, true);

    assertEquals(
        List.of(Path.of("q/raft").toAbsolutePath().toFile()),
        RaftServerConfigKeys.storageDir(properties));
    assertEquals(
        Path.of("q/raft-removed").toAbsolutePath().toFile(),
        RaftServerConfigKeys.removedGroupsDir(properties));
  }

  @Test
  void settingsThatCannotBeAreRefusedWithASentence() {
    Voter one = new Voter(1, "a", 1);
    Voter two = new Voter(2, "b", 1);
    List<Runnable> wrong =
        List.of(
            () -> settings(" ", 1, List.of(one), 5),
            () -> settings("c", 1, List.of(one, one), 5),
            () -> settings("c", 1, List.of(one, two), 0),
            () -> settings("c", 1, List.of(one), 70_000));
    for (Runnable make : wrong) {
      assertThrows(IllegalArgumentException.class, make::run);
    }
  }

  private static void settings(String clusterId, int nodeId, List<Voter> voters, int port) {
    var _ =
        new QuorumSettings(
            clusterId, nodeId, voters, "127.0.0.1", port, Path.of("q"), QuorumTuning.DEFAULT);
  }
}
