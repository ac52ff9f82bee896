package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.RecordStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.TreePMap;

class SingleVoterTest {
  @TempDir Path folder;
  private final Members members = new Members();

  @AfterEach
  void nobodyWantedToHalt() {
    assertEquals(List.of(), members.halts);
  }

  @Test
  void decidesCommandsAndShowsWhatIsAgreed() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);

      QuorumAnswer.Decided created =
          Members.decided(
              member.submit(Members.createTopic("logs", 3), Members.ORIGIN, Members.TIMEOUT_MS));

      assertTrue(member.view().appliedIndex() >= created.index());
      assertEquals(
          created.reply(),
          new MetadataReply.TopicReply(member.view().image().topic("logs").orElseThrow().id()));
      assertTrue(member.status().leading());
      assertTrue(member.port() > 0);
    }
  }

  @Test
  void refusesWithTheReasonOfTheDecider() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      QuorumAnswer answer =
          Members.await(
              member.submit(
                  new MetadataCommand.DeleteTopic("none", TopicId.NONE),
                  Members.ORIGIN,
                  Members.TIMEOUT_MS));

      QuorumAnswer.Refused refused = assertInstanceOf(QuorumAnswer.Refused.class, answer);
      assertEquals(RefusalReason.UNKNOWN_TOPIC, refused.refusal().reason());
    }
  }

  @Test
  void aRestartReplaysTheLog() throws Exception {
    long hash;
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      for (int i = 0; i < 20; i++) {
        Members.decided(
            member.submit(Members.createTopic("t" + i, 1), Members.ORIGIN, Members.TIMEOUT_MS));
      }
      hash = member.stateHash();
    }
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      assertInstanceOf(
          ReadAnswer.CaughtUp.class, Members.await(member.readIndex(Members.TIMEOUT_MS)));

      assertEquals(20, member.view().image().topics().size());
      assertEquals(hash, member.stateHash());
    }
  }

  @Test
  void aRequestSentTwiceIsDecidedOnceAlsoAfterARestart() throws Exception {
    SubmittedCommand create =
        new SubmittedCommand(new RequestId(4, 2), Members.ORIGIN, Members.createTopic("once", 1));
    QuorumAnswer first;
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      first = Members.decided(member.submit(create, Members.TIMEOUT_MS));
      assertEquals(first, Members.await(member.submit(create, Members.TIMEOUT_MS)));
      Members.await(member.snapshot());
    }
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      assertEquals(first, Members.await(member.submit(create, Members.TIMEOUT_MS)));
    }
  }

  @Test
  void anOversizedCommandIsRefusedAndTheLeaderStays() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      String huge = "x".repeat(5 << 20);

      QuorumAnswer answer =
          Members.await(
              member.submit(
                  new MetadataCommand.AlterTopic(
                      "logs",
                      MetadataCommand.AlterTopic.UNCHANGED,
                      TreePMap.singleton("retention.ms", huge),
                      List.of()),
                  Members.ORIGIN,
                  Members.TIMEOUT_MS));

      QuorumAnswer.Refused refused = assertInstanceOf(QuorumAnswer.Refused.class, answer);
      assertEquals(RefusalReason.COMMAND_TOO_LARGE, refused.refusal().reason());
      assertTrue(member.status().leading());
    }
  }

  @Test
  void theLargestCommandThatIsAcceptedFitsTheLog() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      String large = "x".repeat(QuorumServer.MAX_SUBMISSION_BYTES - 200);

      QuorumAnswer answer =
          Members.await(
              member.submit(
                  new MetadataCommand.DeleteTopic(large, TopicId.NONE),
                  new CommandOrigin("", "", ""),
                  Members.TIMEOUT_MS));

      QuorumAnswer.Refused refused = assertInstanceOf(QuorumAnswer.Refused.class, answer);
      assertEquals(RefusalReason.UNKNOWN_TOPIC, refused.refusal().reason());
      assertTrue(member.status().leading());
    }
  }

  @Test
  void theStreamTellsWhoChangedWhatInOrder() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      Members.decided(
          member.submit(Members.createTopic("logs", 3), Members.ORIGIN, Members.TIMEOUT_MS));

      RecordStream.Page page = member.stream().read(0, 1 << 20);

      RecordStream.Page.Steps steps = assertInstanceOf(RecordStream.Page.Steps.class, page);
      assertEquals(3, steps.steps().size());
      long previous = JournalPlace.NO_INDEX;
      for (JournalStep step : steps.steps()) {
        assertEquals(previous, step.previousIndex());
        assertEquals(Members.ORIGIN, step.origin());
        previous = step.index();
      }
      assertEquals(member.view().appliedIndex(), steps.appliedIndex());
    }
  }

  @Test
  void followersHearEveryChangeOnceAndInOrder() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      List<Long> heard = new ArrayList<>();
      List<String> created = new ArrayList<>();
      member
          .view()
          .follow((index, delta, image) -> {
            heard.add(index);
            delta.topics().values().forEach(topic -> created.add(topic.name()));
          });
      Members.bringUpBroker(member, 1);
      List<CompletionStage<QuorumAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(
            member.submit(Members.createTopic("t" + i, 1), Members.ORIGIN, Members.TIMEOUT_MS));
      }
      for (CompletionStage<QuorumAnswer> answer : answers) {
        Members.decided(answer);
      }

      assertEquals(50, created.stream().distinct().count());
      assertEquals(50, created.size());
      assertEquals(heard.stream().sorted().distinct().toList(), heard);
    }
  }

  @Test
  void anotherNodesFolderIsRefused() throws Exception {
    members.start(Members.single(folder, QuorumTuning.DEFAULT)).close();
    QuorumSettings other =
        new QuorumSettings(
            "test-cluster",
            2,
            List.of(new Voter(2, "127.0.0.1", 9093)),
            "127.0.0.1",
            0,
            folder,
            QuorumTuning.DEFAULT);

    ForeignStorage refused = assertThrows(ForeignStorage.class, () -> members.start(other));

    assertTrue(refused.toString().contains("node 1"), refused.toString());
  }

  @Test
  void anotherClustersFolderIsRefused() throws Exception {
    members.start(Members.single(folder, QuorumTuning.DEFAULT)).close();
    QuorumSettings other =
        new QuorumSettings(
            "another",
            1,
            List.of(new Voter(1, "127.0.0.1", 9093)),
            "127.0.0.1",
            0,
            folder,
            QuorumTuning.DEFAULT);

    ForeignStorage refused = assertThrows(ForeignStorage.class, () -> members.start(other));

    assertTrue(refused.toString().contains("cluster test-cluster"), refused.toString());
  }

  @Test
  void aPortThatIsTakenIsToldAtTheStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      QuorumSettings settings =
          new QuorumSettings(
              "test-cluster",
              1,
              List.of(new Voter(1, "127.0.0.1", taken.getLocalPort())),
              "127.0.0.1",
              taken.getLocalPort(),
              folder,
              QuorumTuning.DEFAULT);

      IOException refused = assertThrows(IOException.class, () -> members.start(settings));

      assertTrue(
          refused.toString().contains(Integer.toString(taken.getLocalPort())), refused.toString());
    }
  }

  @Test
  void aFolderWhoseIdentityIsGoneIsRefused() throws Exception {
    QuorumSettings settings = Members.single(folder, QuorumTuning.DEFAULT);
    members.start(settings).close();
    Files.delete(settings.identityFile());

    assertThrows(ForeignStorage.class, () -> members.start(settings));
  }
}
