package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataRecord.VotersNoted;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import dev.milena.quorum.control.ControllerLoop;
import dev.milena.quorum.control.ControllerThread;
import dev.milena.quorum.control.LivenessSettings;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.RecordStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who votes is in the journal, with who asked for it. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class VotersNotedTest {
  private static final CommandOrigin ALICE = new CommandOrigin("alice", "10.0.0.1:7", "kafkactl");
  private static final CommandOrigin BOB = new CommandOrigin("bob", "10.0.0.2:7", "kafkactl");

  @TempDir Path folder;
  private final List<Controller> controllers = new ArrayList<>();
  private final CopyOnWriteArrayList<String> broken = new CopyOnWriteArrayList<>();

  /** What a node does with its member's leadership; it knows of no broker. */
  private final class Controller implements QuorumEvents {
    private final CommandOrigin self;
    private final CompletableFuture<QuorumServer> member = new CompletableFuture<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final ControllerThread thread;

    Controller(int id) {
      self = CommandOrigin.ofBroker(id);
      ControllerLoop.Surroundings around =
          new ControllerLoop.Surroundings(
              LivenessSettings.DEFAULT,
              false,
              this::submit,
              (host, port, outcome) -> broken.add("a broker was called"),
              Optional::empty,
              this::toNote);
      thread =
          new ControllerThread(
              bell -> new ControllerLoop(around, bell), () -> broken.add("a turn failed"));
      controllers.add(this);
    }

    private Optional<MetadataCommand.NoteVoters> toNote() {
      looks.incrementAndGet();
      return member.join().votersToNote();
    }

    private void submit(MetadataCommand command, long term, Consumer<Boolean> accepted) {
      var _ =
          member
              .join()
              .submitAsLeader(command, self, term, 5_000)
              .thenAccept(answer -> accepted.accept(answer instanceof QuorumAnswer.Decided));
    }

    @Override
    public void leaderReady(long term) {
      // the member is handed out when its start returns, which may be later
      var _ = member.thenRun(() -> thread.loop().leaderReady(term));
    }

    @Override
    public void leaderLost() {
      var _ = member.thenRun(() -> thread.loop().leaderLost());
    }

    @Override
    public void attached() {
      // of no interest
    }

    @Override
    public void detached() {
      // of no interest
    }

    @Override
    public void votersChanged(List<Voter> voters) {
      // of no interest
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Controller controller : controllers) {
      controller.thread.close();
    }
    assertEquals(List.of(), broken);
  }

  private Controller startWithController(TestQuorum quorum, int id) throws Exception {
    Controller controller = new Controller(id);
    controller.member.complete(quorum.start(id, controller));
    return controller;
  }

  /** A change that was noted. */
  private record Note(CommandOrigin by, List<Integer> added, List<Integer> removed) {}

  private static List<Note> notes(QuorumServer member) throws Exception {
    List<Note> notes = new ArrayList<>();
    for (JournalStep step : ((RecordStream.Page.Steps) member.stream().read(0, 1 << 20)).steps()) {
      for (MetadataRecord one : step.records()) {
        if (one instanceof VotersNoted noted) {
          notes.add(new Note(step.origin(), ids(noted.added()), ids(noted.removed())));
        }
      }
    }
    return notes;
  }

  private static List<Integer> ids(List<VoterImage> voters) {
    return voters.stream().map(VoterImage::nodeId).toList();
  }

  private static VotersImage noted(QuorumServer member) {
    return member.view().image().voters();
  }

  /** How the quorum is described, and how it was noted, is the same. */
  private static void assertNotedIsDescribed(QuorumServer leader) {
    List<String> described =
        leader.status().voters().stream()
            .map(voter -> voter.peer() + " " + voter.host() + " " + voter.port())
            .sorted()
            .toList();
    List<String> noted =
        noted(leader).voters().stream()
            .map(voter ->
                new PeerName(voter.nodeId(), voter.directory())
                    + " "
                    + voter.host()
                    + " "
                    + voter.port())
            .sorted()
            .toList();
    assertEquals(described, noted);
  }

  private static void done(
      TestQuorum quorum, Function<QuorumServer, CompletionStage<VoterChange>> change)
      throws Exception {
    Members.done(quorum.change(change));
  }

  @Test
  void theFormationIsNotedOnceAndEachChangeWithWhoAskedForIt() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      for (int id = 1; id <= 3; id++) {
        startWithController(quorum, id);
      }
      TestQuorum.await("the formation is noted", () -> noted(quorum.leader()).voters().size() == 3);
      Note formed = notes(quorum.leader()).getFirst();
      assertTrue(formed.by().principal().startsWith("broker:"), formed.toString());
      assertEquals(List.of(1, 2, 3), formed.added());
      assertNotedIsDescribed(quorum.leader());

      int gone = quorum.followerId();
      done(quorum, leader -> leader.removeVoter(gone, ALICE));
      assertEquals(new Note(ALICE, List.of(), List.of(gone)), notes(quorum.leader()).getLast());
      assertNotedIsDescribed(quorum.leader());
      done(quorum, leader -> leader.addVoter(quorum.voter(gone), BOB));
      assertEquals(new Note(BOB, List.of(gone), List.of()), notes(quorum.leader()).getLast());
      assertNotedIsDescribed(quorum.leader());

      quorum.awaitStage(gone, QuorumStage.VOTER);
      everybodyLooksAgain(quorum);
      List<Note> notes = notes(quorum.leader());
      assertEquals(3, notes.size(), notes.toString());
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }

  /** Another leads, and its controller has looked twice at what is to be noted. */
  private void everybodyLooksAgain(TestQuorum quorum) throws Exception {
    int before = quorum.leaderId();
    List<Integer> looks = controllers.stream().map(controller -> controller.looks.get()).toList();
    // on a busy machine the heir may not be elected in time, or not lead for long
    while (quorum.leaderId() == before) {
      var _ = quorum.leader().handOver(3_000);
    }
    TestQuorum.await(
        "another leader looks",
        () ->
            IntStream.range(0, controllers.size())
                .filter(i -> i != before - 1)
                .anyMatch(i -> controllers.get(i).looks.get() >= looks.get(i) + 2));
  }

  @Test
  void theAskerIsNotBlamedForWhatWasNotNotedBefore() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      assertEquals(VotersImage.NONE, noted(quorum.leader()));
      int gone = quorum.followerId();

      done(quorum, leader -> leader.removeVoter(gone, ALICE));

      List<Note> notes = notes(quorum.leader());
      assertEquals(2, notes.size(), notes.toString());
      assertTrue(notes.getFirst().by().principal().startsWith("broker:"), notes.toString());
      assertEquals(List.of(1, 2, 3), notes.getFirst().added());
      assertEquals(new Note(ALICE, List.of(), List.of(gone)), notes.getLast());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void whatALeaderHadNoTimeToNoteTheNextOneNotes() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY)) {
      quorum.startAll();
      quorum.leader();
      for (int id = 1; id <= 2; id++) {
        // its successor is one that has a controller
        quorum.stop(id);
        startWithController(quorum, id);
      }

      TestQuorum.await("it is noted", () -> noted(quorum.leader()).voters().size() == 2);

      List<Note> notes = notes(quorum.leader());
      assertEquals(1, notes.size(), notes.toString());
      assertTrue(notes.getFirst().by().principal().startsWith("broker:"), notes.toString());
      assertNotedIsDescribed(quorum.leader());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void votersAreDueWhereTheLogHasOthersThanTheJournal() {
    Peer one = new Peer(new PeerName(1, ""), "::1", 9093);
    Peer two = new Peer(new PeerName(2, "a".repeat(22)), "h2", 9094);
    Formation both = new Formation(List.of(two, one));
    List<VoterImage> images =
        List.of(new VoterImage(1, "", "::1", 9093), new VoterImage(2, "a".repeat(22), "h2", 9094));

    assertEquals(
        Optional.of(new MetadataCommand.NoteVoters(4, images)),
        VoterNotes.due(both, 4, VotersImage.NONE));
    assertEquals(Optional.empty(), VoterNotes.due(both, 9, new VotersImage(4, images)));
    assertEquals(
        Optional.of(new MetadataCommand.NoteVoters(9, images.subList(0, 1))),
        VoterNotes.due(new Formation(List.of(one)), 9, new VotersImage(4, images)));
  }
}
