package dev.milena.quorum.ratis;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that hands over, ends, and is there again in the middle of it. */
@Timeout(180)
class RestartedLeaderTest {
  private static final int ATTEMPTS = 4;
  private static final long PATIENCE_MS = 20_000;

  @TempDir Path folder;

  /** It has on its disk what the new leader sent first, and ended before it could say so. */
  @Test
  void aLeaderOfTwoThatIsThereAgainAtOnceHoldsUpNobody() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.leader(), 1);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int leader = quorum.leaderId();
        quorum.stop(leader);
        quorum.start(leader);
        Members.decided(
            quorum
                .node(leader)
                .submit(Members.createTopic("t" + attempt, 1), Members.ORIGIN, PATIENCE_MS));
      }
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }
}
