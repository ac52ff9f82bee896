package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.SnapshotFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Named voters become one quorum, once, whoever is late or was emptied. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class FormationTest {
  @TempDir Path folder;

  @Test
  void threeFormOneQuorumInWhateverOrderTheyStart() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("repeat with -Dseed=" + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      List<Integer> order = new ArrayList<>(List.of(1, 2, 3));
      Collections.shuffle(order, random);
      try (TestQuorum quorum = new TestQuorum(folder.resolve("round" + round), 3, Members.STEADY)) {
        for (int id : order) {
          quorum.start(id);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(600)));
        }
        Members.bringUpBroker(quorum.node(order.getFirst()), 1);
        quorum.createTopic(order.getLast(), "t");

        quorum.assertAllAgree();
        quorum.assertNobodyHalted();
      }
    }
  }

  @Test
  void nothingIsDecidedBeforeTheLastNamedVoterCame() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.start(1);
      quorum.start(2);

      assertInstanceOf(QuorumAnswer.Unavailable.class, quorum.tryCreateTopic(1, "early", 3_000));
      assertEquals(QuorumStage.FORMING, quorum.node(1).status().stage());
      assertEquals(QuorumStage.FORMING, quorum.node(2).status().stage());
      quorum.start(3);

      Members.bringUpBroker(quorum.node(2), 1);
      quorum.createTopic(3, "late");
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void afterTheFirstFormationAMajorityIsEnough() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.close();
      quorum.start(2);
      quorum.start(3);

      quorum.createTopic(2, "withoutTheFirst");

      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void anEmptiedVoterComesBackAsAStrangerAndDoesNotVote() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.stop(1);
      quorum.empty(1);

      quorum.start(1);

      quorum.awaitStage(1, QuorumStage.STRANGER);
      quorum.createTopic(2, "withoutTheEmptied");
      quorum.stop(3);
      QuorumAnswer withOneVoteOfThree = quorum.tryCreateTopic(2, "withOneVoteOfThree", 3_000);
      assertFalse(withOneVoteOfThree instanceof QuorumAnswer.Decided, "" + withOneVoteOfThree);
      assertEquals(QuorumStage.STRANGER, quorum.node(1).status().stage());
      TestQuorum.await(
          "one voter of three leads nobody", () -> quorum.node(2).status().leader().isEmpty());
      quorum.stop(1);
      quorum.start(1);
      quorum.awaitStage(1, QuorumStage.STRANGER);
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void twoThatSurviveTakeNoNewNameForAnOldVoter() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.stop(1);
      quorum.empty(1);
      quorum.start(1);
      quorum.awaitStage(1, QuorumStage.STRANGER);

      QuorumAnswer answer = quorum.tryCreateTopic(2, "t", 2_500);

      assertTrue(
          answer instanceof QuorumAnswer.Unavailable || answer instanceof QuorumAnswer.TimedOut,
          answer.toString());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void aVoterOfAnotherClusterEndsTheStartWithBothNames() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      QuorumSettings other = quorum.settings(2);
      quorum.change(
          new QuorumSettings(
              "another-cluster",
              2,
              List.of(new Voter(2, "127.0.0.1", other.listenPort())),
              "127.0.0.1",
              other.listenPort(),
              other.folder(),
              QuorumTuning.DEFAULT));
      quorum.start(2);
      quorum.start(1);

      TestQuorum.await("node 1 refuses", () -> !quorum.members.halts.isEmpty());

      String why = quorum.members.halts.getFirst();
      assertTrue(why.contains("another-cluster") && why.contains(TestQuorum.CLUSTER), why);
      assertTrue(why.contains(ContradictingVoters.class.getName()), why);
    }
  }

  @Test
  void anotherNodeBehindANamedAddressEndsTheStartWithBothIds() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      quorum.addNode(7);
      quorum.start(7);
      List<Voter> wrong =
          List.of(
              quorum.settings(1).voters().getFirst(),
              new Voter(2, "127.0.0.1", quorum.settings(7).listenPort()));
      QuorumSettings one = quorum.settings(1);
      quorum.change(
          new QuorumSettings(
              TestQuorum.CLUSTER,
              1,
              wrong,
              "127.0.0.1",
              one.listenPort(),
              one.folder(),
              QuorumTuning.DEFAULT));
      quorum.start(1);

      TestQuorum.await("node 1 refuses", () -> !quorum.members.halts.isEmpty());

      String why = quorum.members.halts.getFirst();
      assertTrue(why.contains("names 2@127.0.0.1") && why.contains("node.id 7"), why);
    }
  }

  @Test
  void aListThatDoesNotNameAVoterIsRefusedAtTheStart() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, Members.STEADY)) {
      quorum.start(1);
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.stop(1);
      QuorumSettings one = quorum.settings(1);
      quorum.change(
          new QuorumSettings(
              TestQuorum.CLUSTER,
              1,
              List.of(new Voter(2, "127.0.0.1", 1), new Voter(3, "127.0.0.1", 2)),
              "127.0.0.1",
              one.listenPort(),
              one.folder(),
              QuorumTuning.DEFAULT));

      ContradictingVoters refused = assertThrows(ContradictingVoters.class, () -> quorum.start(1));

      assertTrue(refused.toString().contains("does not name node 1"), refused.toString());
    }
  }

  @Test
  void aLogThatWasDeletedIsNotBegunAnew() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, Members.STEADY)) {
      quorum.start(1);
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.stop(1);
      SnapshotFiles.delete(quorum.settings(1).raftFolder());

      ForeignStorage refused = assertThrows(ForeignStorage.class, () -> quorum.start(1));

      assertTrue(refused.toString().contains("log of n1-"), refused.toString());
    }
  }

  @Test
  void aFolderFromBeforeDirectoriesGoesOn() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, Members.STEADY)) {
      QuorumSettings one = quorum.settings(1);
      Files.createDirectories(one.folder());
      Files.writeString(
          one.identityFile(), "milena quorum 1\ncluster " + TestQuorum.CLUSTER + "\nnode 1\n");
      quorum.start(1);
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.stop(1);
      Files.delete(one.formationFile());
      Files.writeString(
          one.identityFile(), "milena quorum 1\ncluster " + TestQuorum.CLUSTER + "\nnode 1\n");

      quorum.start(1);

      quorum.createTopic(1, "t");
      quorum.assertNobodyHalted();
    }
  }
}
