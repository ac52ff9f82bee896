package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.QuorumAnswer;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is left by the majority, and is asked for changes all the while. */
@Timeout(240)
class LonelyLeaderTest {
  /** Far less than a leader stays one without being answered. */
  private static final long APART_MS = 300;

  @TempDir Path folder;

  private long askedNanos = System.nanoTime();
  private int asked;

  @Test
  void aLeaderThatIsLeftAloneStepsDownThoughItIsAskedAllTheWhile() throws Exception {
    stepsDown(3, 1);
  }

  @Test
  void aLeaderThatIsLeftWithOneOfFiveStepsDownThoughThatOneTakesWhatItIsAsked() throws Exception {
    stepsDown(5, 2);
  }

  private void stepsDown(int voters, int left) throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, voters, QuorumTuning.DEFAULT)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int leader = quorum.leaderId();
      Set<Integer> staying = new TreeSet<>(Set.of(leader));
      for (int id = 1; id <= voters; id++) {
        if (staying.size() < left) {
          staying.add(id);
        } else if (!staying.contains(id)) {
          quorum.stop(id);
        }
      }

      QuorumServer lonely = quorum.node(leader);
      TestQuorum.await(
          "it has stepped down",
          () -> {
            askNowAndThen(lonely);
            return lonely.status().leader().isEmpty();
          });

      assertInstanceOf(QuorumAnswer.Unavailable.class, quorum.tryCreateTopic(leader, "t", 1_000));
      quorum.assertNobodyHalted();
    }
  }

  private void askNowAndThen(QuorumServer member) {
    if (System.nanoTime() - askedNanos < TimeUnit.MILLISECONDS.toNanos(APART_MS)) {
      return;
    }
    askedNanos = System.nanoTime();
    var _ = member.submit(Members.createTopic("asked-" + asked++, 1), Members.ORIGIN, 1_000);
  }
}
