package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.VoterFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A voter comes back at another port than the quorum knows it by. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class OtherPortTest {
  @TempDir Path folder;

  @Test
  void theOnlyVoterTakesInNobodyThere() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int before = quorum.settings(1).listenPort();
      comeBackElsewhere(quorum, 1);
      quorum.addNode(2);
      quorum.start(2);

      VoterChange.Refused refused =
          assertInstanceOf(
              VoterChange.Refused.class,
              Members.await(
                  quorum.change(leader -> leader.addVoter(quorum.voter(2), Members.ORIGIN))));

      assertTrue(refused.fault() == VoterFault.NOT_NOW, refused.toString());
      assertTrue(refused.why().contains("back to port " + before), refused.why());
      quorum.createTopic(1, "goesOnAlone");
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void oneOfThreeIsRemovedAndAddedWhereItIsNow() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int moved = quorum.followerId();
      comeBackElsewhere(quorum, moved);

      Members.done(quorum.change(leader -> leader.removeVoter(moved, Members.ORIGIN)));
      quorum.awaitStage(moved, QuorumStage.STRANGER);
      assertInstanceOf(VoterChange.Done.class, addedOnceItIsMet(quorum, moved));

      quorum.awaitStage(moved, QuorumStage.VOTER);
      quorum.createTopic(moved, "voter");
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }

  /** Who was removed stops listening, and does again under its new name. */
  private static VoterChange addedOnceItIsMet(TestQuorum quorum, int id) throws Exception {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Members.TIMEOUT_MS);
    VoterChange last;
    do {
      last =
          Members.await(quorum.change(leader -> leader.addVoter(quorum.voter(id), Members.ORIGIN)));
    } while (last instanceof VoterChange.Refused(VoterFault fault, String _)
        && fault == VoterFault.WRONG_NODE
        && System.nanoTime() < endNanos);
    return last;
  }

  private static void comeBackElsewhere(TestQuorum quorum, int id) throws IOException {
    quorum.stop(id);
    quorum.change(quorum.settings(id).withListenPort(FreePorts.take()));
    quorum.start(id);
  }
}
