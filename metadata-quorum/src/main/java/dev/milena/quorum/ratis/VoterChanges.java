package dev.milena.quorum.ratis;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterFacts;
import dev.milena.quorum.ratis.formation.VoterFault;
import dev.milena.quorum.ratis.formation.VoterRules;
import dev.milena.quorum.ratis.formation.VoterStep;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.server.DivisionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who votes, on the leader: asks the newcomer who it is, lets {@link VoterRules} decide,
 * and has the log agree, provided that the voters are still those the decision was made for. One
 * change at a time. What came about is noted in the journal, with who asked. Blocks; any thread
 * that may.
 */
final class VoterChanges {
  private static final Logger log = LoggerFactory.getLogger(VoterChanges.class);

  /** A voter that has said nothing for so long does not answer. */
  private static final long SILENT_MS = 3_000;

  /** A newcomer opens its log within this time. */
  private static final long JOIN_MS = 20_000;

  /** A newcomer takes in all that was agreed, and the log agrees, within this time. */
  private static final long AGREE_MS = 60_000;

  private static final long HAND_OVER_MS = 3_000;

  /** Who was removed while it answered knows it within this time, or is not waited for. */
  private static final long NOTICED_MS = 10_000;

  /**
   * The quorum takes a note within this time, or the asker is answered without it, and the
   * controller notes the change.
   */
  private static final long NOTE_MS = 3_000;

  private static final String UNDER_WAY =
      "another change of the voters is under way; wait for its end: kafkactl quorum --describe shows what came of it";

  private final Membership membership;
  private final QuorumWrites writes;
  private final ClientId clientId = ClientId.randomId();
  private final Semaphore one = new Semaphore(1);

  /** What was asked of Ratis last; it goes on when its asker has been answered. */
  private volatile CompletableFuture<?> last = CompletableFuture.completedFuture(true);

  VoterChanges(Membership membership, QuorumWrites writes) {
    this.membership = membership;
    this.writes = writes;
  }

  /** Who asked, of which leadership. */
  private record Asked(CommandOrigin asker, long term) {}

  VoterChange add(Voter wished, CommandOrigin asker) throws InterruptedException {
    Optional<String> unmeetable = VoterRules.unmeetable(wished);
    return unmeetable.isPresent()
        ? new VoterChange.Refused(VoterFault.WRONG_NODE, unmeetable.get())
        : alone(asker, asked -> addNow(wished, asked));
  }

  VoterChange remove(int nodeId, CommandOrigin asker) throws InterruptedException {
    return alone(
        asker,
        asked -> {
          LocalPeer peer = membership.peer();
          VoterFacts facts = facts(peer);
          return switch (VoterRules.remove(facts, nodeId)) {
            case VoterStep.Refuse(VoterFault fault, String why) ->
                new VoterChange.Refused(fault, why);
            case VoterStep.LeadElsewhere _ -> handOver(peer);
            case VoterStep.Change(Formation next) -> removeNow(peer, facts, next, asked);
          };
        });
  }

  private VoterChange removeNow(LocalPeer peer, VoterFacts facts, Formation next, Asked asked)
      throws IOException, InterruptedException {
    VoterChange end = agree(peer, facts.voters(), next, asked);
    if (end instanceof VoterChange.Done) {
      for (Peer gone : facts.voters().peers()) {
        if (!next.contains(gone.name()) && facts.answering().contains(gone.name())) {
          var _ = awaitNoticed(gone);
        }
      }
    }
    return end;
  }

  /**
   * Waits until who was removed knows it and has another name: made a voter again under the old one
   * it would never take in the log.
   */
  private boolean awaitNoticed(Peer gone) {
    IntroductionRequest who =
        new IntroductionRequest(
            membership.introduction().clusterId(), membership.peer().name(), Optional.empty());
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(NOTICED_MS);
    boolean noticed = false;
    while (!noticed && System.nanoTime() < endNanos) {
      noticed =
          IntroductionCall.ask(gone.host(), gone.port(), who, Membership.ASK_MS)
                  instanceof Answer.Introduced(IntroductionReply reply)
              && !reply.introduction().peer().equals(gone.name());
      if (!noticed) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(NOTICED_MS / 100));
      }
    }
    return noticed;
  }

  /** A change, once this member is known to lead. */
  private interface Changing {
    VoterChange change(Asked asked) throws IOException, InterruptedException;
  }

  private VoterChange alone(CommandOrigin asker, Changing changing) throws InterruptedException {
    if (!one.tryAcquire()) {
      return notNow(UNDER_WAY);
    }
    try {
      if (!last.isDone()) {
        return notNow(UNDER_WAY);
      }
      DivisionInfo division = membership.peer().calls().division();
      if (!division.isLeaderReady()) {
        return notLeader(division);
      }
      long term = division.getCurrentTerm();
      // what a former leader changed and did not note is not this asker's doing
      note(new Asked(CommandOrigin.ofBroker(membership.peer().name().nodeId()), term));
      return changing.change(new Asked(asker, term));
    } catch (IOException notOpen) {
      return new VoterChange.NotLeader(OptionalInt.empty());
    } finally {
      one.release();
    }
  }

  /** As {@link QuorumServer#votersToNote}. */
  Optional<NoteVoters> toNote() {
    return one.availablePermits() == 0 ? Optional.empty() : toNote(membership.peer());
  }

  private static Optional<NoteVoters> toNote(LocalPeer peer) {
    return peer.calls().votersToNote(peer.replica().view().image().voters());
  }

  /** Has the journal say who votes, if it does not. Whatever comes of it, they do. */
  private void note(Asked asked) throws InterruptedException {
    Optional<NoteVoters> due = toNote(membership.peer());
    if (due.isEmpty()) {
      return;
    }
    String what = "not taken within " + NOTE_MS + " ms";
    try {
      QuorumAnswer answer =
          writes
              .submitAsLeader(due.get(), asked.asker(), asked.term(), NOTE_MS)
              .toCompletableFuture()
              .get(NOTE_MS, TimeUnit.MILLISECONDS);
      if (answer instanceof QuorumAnswer.Decided) {
        return;
      }
      what = answer.toString();
    } catch (ExecutionException | TimeoutException failure) {
      log.atDebug().setCause(failure).log("a note of the voters is given up");
    }
    log.atWarn()
        .addKeyValue("principal", asked.asker().principal())
        .addKeyValue("why", what)
        .log("the voters are not noted in the journal yet; the quorum's controller does it");
  }

  /**
   * A leader does not remove itself: Ratis (3.3.0) closes its log under a lock that writes under
   * way wait for, and waits for them. Another voter leads first, and is asked again.
   */
  private static VoterChange handOver(LocalPeer peer) throws InterruptedException {
    Optional<PeerName> heir = LeadershipTransfer.attempt(peer, HAND_OVER_MS);
    return heir.isPresent()
        ? new VoterChange.NotLeader(OptionalInt.of(heir.get().nodeId()))
        : notNow(
            "node %s leads the quorum, and no other voter took its leadership over; try again"
                .formatted(peer.name().nodeId()));
  }

  /**
   * A leader that was elected in the midst of a removal goes on sending the log to whom it took the
   * vote, for its whole term, and fails when it is to send to the same name anew (Ratis 3.3.0). The
   * next leader does not, and so tells that one that it was removed.
   */
  private VoterChange leadElsewhere(LocalPeer peer, Peer removed) throws InterruptedException {
    String what =
        "node %s was removed and has not learned of it yet, for the quorum's leader changed meanwhile: it still holds its old vote"
            .formatted(removed.name().nodeId());
    Optional<PeerName> heir = LeadershipTransfer.attempt(peer, HAND_OVER_MS);
    if (heir.isEmpty()) {
      return notNow(
          "%s; no other voter took the leadership over from node %s, which would tell it: bring the voters back that kafkactl quorum --describe calls silent, and try again"
              .formatted(what, peer.name().nodeId()));
    }
    return awaitNoticed(removed)
        ? new VoterChange.NotLeader(OptionalInt.of(heir.get().nodeId()))
        : notNow(
            "%s, and did not within %s ms; look at kafkactl quorum --describe and try again"
                .formatted(what, NOTICED_MS));
  }

  private static VoterChange notLeader(DivisionInfo division) {
    return new VoterChange.NotLeader(StatusReader.nodeId(division.getLeaderId()));
  }

  private VoterChange addNow(Voter wished, Asked asked) throws IOException, InterruptedException {
    LocalPeer peer = membership.peer();
    VoterFacts facts = facts(peer);
    IntroductionRequest who =
        new IntroductionRequest(facts.self().clusterId(), peer.name(), Optional.empty());
    return switch (IntroductionCall.ask(wished.host(), wished.port(), who, Membership.ASK_MS)) {
      case Answer.Silent(String why) -> silent(wished, why);
      case Answer.Introduced(IntroductionReply reply) ->
          switch (VoterRules.add(facts, wished, reply)) {
            case VoterStep.Refuse(VoterFault fault, String why) ->
                new VoterChange.Refused(fault, why);
            case VoterStep.LeadElsewhere(PeerName removed) ->
                leadElsewhere(peer, new Peer(removed, wished.host(), wished.port()));
            case VoterStep.Change(Formation next) -> {
              Optional<VoterChange> refused = join(facts, wished, reply.introduction());
              yield refused.isPresent() ? refused.get() : agree(peer, facts.voters(), next, asked);
            }
          };
    };
  }

  /** Has the newcomer open a log; it must be the one that was asked before. */
  private static Optional<VoterChange> join(VoterFacts facts, Voter wished, Introduction expected) {
    IntroductionRequest request =
        new IntroductionRequest(
            facts.self().clusterId(), facts.self().peer(), Optional.of(facts.voters()));
    return switch (IntroductionCall.ask(wished.host(), wished.port(), request, JOIN_MS)) {
      case Answer.Silent(String why) -> Optional.of(silent(wished, why));
      case Answer.Introduced(IntroductionReply reply) -> {
        if (reply.isRefused()) {
          yield Optional.of(notNow("node %s refuses: %s".formatted(wished, reply.refused())));
        }
        yield reply.introduction().peer().equals(expected.peer())
            ? Optional.empty()
            : Optional.of(notNow("node %s was emptied meanwhile; try again".formatted(wished)));
      }
    };
  }

  private static VoterChange silent(Voter wished, String why) {
    return new VoterChange.Refused(
        VoterFault.WRONG_NODE,
        "node %s does not answer at %s:%s: %s; start it first, or correct the address"
            .formatted(wished.id(), wished.host(), wished.port(), why));
  }

  private static VoterChange notNow(String why) {
    return new VoterChange.Refused(VoterFault.NOT_NOW, why);
  }

  private VoterFacts facts(LocalPeer peer) throws IOException {
    Formation voters =
        peer.calls().voters().orElseThrow(() -> new IOException("the log has no voters"));
    TreeSet<PeerName> answering = new TreeSet<>();
    answering.add(peer.name());
    TreeSet<PeerName> lingering = new TreeSet<>();
    for (FollowerProgress follower : FollowerProgress.of(peer.calls())) {
      if (peer.calls().voter(follower.name()).isEmpty()) {
        lingering.add(follower.name());
      }
      if (follower.silentMs() < SILENT_MS && answersNow(voters, follower.name())) {
        answering.add(follower.name());
      }
    }
    Introduction self = membership.introduction();
    return new VoterFacts(
        self,
        voters,
        answering,
        lingering,
        OwnAddressNotice.elsewhere(self.clusterId(), peer, voters));
  }

  /** A leader notices late that a follower is gone; a voter that is to be counted on is asked. */
  private boolean answersNow(Formation voters, PeerName name) {
    IntroductionRequest who =
        new IntroductionRequest(
            membership.introduction().clusterId(), membership.peer().name(), Optional.empty());
    return voters.peers().stream()
        .filter(peer -> peer.name().equals(name))
        .map(peer -> IntroductionCall.ask(peer.host(), peer.port(), who, Membership.ASK_MS))
        .anyMatch(answer ->
            answer instanceof Answer.Introduced(IntroductionReply reply)
                && reply.introduction().peer().equals(name));
  }

  private VoterChange agree(LocalPeer peer, Formation now, Formation next, Asked asked)
      throws IOException, InterruptedException {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            peer.server().getId(),
            peer.calls().groupId(),
            peer.calls().nextCallId(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(peers(now))
                .setServersInNewConf(peers(next))
                .build());
    log.atInfo()
        .addKeyValue("from", now.peers())
        .addKeyValue("to", next.peers())
        .log("changing the quorum's voters");
    try {
      CompletableFuture<RaftClientReply> change = peer.server().setConfigurationAsync(request);
      last = change;
      RaftClientReply reply = change.get(AGREE_MS, TimeUnit.MILLISECONDS);
      if (!reply.isSuccess()) {
        return failed(reply.getException());
      }
    } catch (ExecutionException failure) {
      return failed(failure.getCause());
    } catch (TimeoutException slow) {
      return new VoterChange.InDoubt("not agreed on within %s ms".formatted(AGREE_MS));
    }
    note(asked);
    return new VoterChange.Done(next.peers().stream().map(Peer::toString).toList());
  }

  private static List<RaftPeer> peers(Formation formation) {
    return formation.peers().stream().map(RatisPeers::peer).toList();
  }

  private static VoterChange failed(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> new VoterChange.InDoubt("the quorum did not say why it failed");
      case ReconfigurationInProgressException underWay -> notNow(UNDER_WAY);
      case ReconfigurationTimeoutException tooSlow ->
          notNow("the newcomer stopped taking in the log: look at its log for the reason");
      case SetConfigurationException different ->
          notNow(
              "the voters have changed meanwhile, or too many would change at once: look at them and try again");
      case NotLeaderException deposed ->
          new VoterChange.InDoubt("the leadership changed meanwhile");
      default -> {
        log.atWarn().setCause(failure).log("Ratis failed at a change of the quorum's voters");
        yield new VoterChange.InDoubt(
            "the quorum's leader failed at it, and its log says how, at \"failed at a change of the quorum's voters\"");
      }
    };
  }
}
