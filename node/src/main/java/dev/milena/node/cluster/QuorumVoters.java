package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.VoterCall;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.metadata.CommandOrigin;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterChange;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterFault;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes the quorum's voters where this node leads it. Blocks. */
final class QuorumVoters {
  private static final Logger log = LoggerFactory.getLogger(QuorumVoters.class);

  private final int self;
  private final Optional<QuorumServer> member;
  private final QuorumFinder finder;

  QuorumVoters(int self, Optional<QuorumServer> member, QuorumFinder finder) {
    this.self = self;
    this.member = member;
    this.finder = finder;
  }

  DeskOutcome<List<VoterView>> change(VoterCall call) throws InterruptedException {
    // the journal holds what came about; what was refused is found here
    log.atInfo()
        .addKeyValue("principal", call.caller().principal())
        .addKeyValue("address", call.caller().address())
        .addKeyValue("tool", call.caller().tool())
        .addKeyValue("wanted", wanted(call))
        .log("asked to change the quorum's voters");
    if (member.isEmpty() || finder.taking().filter(QuorumStatus::leading).isEmpty()) {
      return finder.look().changeAtLeader(self);
    }
    if (call instanceof VoterCall.AddVoterCall add) {
      Optional<String> fault =
          WishedVoters.fault(finder.image(), new Voter(add.nodeId(), add.host(), add.port()));
      if (fault.isPresent()) {
        return new DeskOutcome.DeskRefused<>(Refusal.of(ErrorKind.INVALID_VOTER, fault.get()));
      }
    }
    Optional<VoterChange> change = Patience.await(begin(member.get(), call), call.timeoutMs());
    return change.isPresent() ? outcome(change.get()) : new DeskOutcome.DeskRefused<>(late());
  }

  private static CompletionStage<VoterChange> begin(QuorumServer leader, VoterCall call) {
    CommandOrigin asker =
        new CommandOrigin(call.caller().principal(), call.caller().address(), call.caller().tool());
    return switch (call) {
      case VoterCall.AddVoterCall add ->
          leader.addVoter(new Voter(add.nodeId(), add.host(), add.port()), asker);
      case VoterCall.RemoveVoterCall remove -> leader.removeVoter(remove.nodeId(), asker);
    };
  }

  private static String wanted(VoterCall call) {
    return switch (call) {
      case VoterCall.AddVoterCall add -> "add " + new Voter(add.nodeId(), add.host(), add.port());
      case VoterCall.RemoveVoterCall remove -> "remove " + remove.nodeId();
    };
  }

  private DeskOutcome<List<VoterView>> outcome(VoterChange change) {
    return switch (change) {
      case VoterChange.Done(List<String> _) ->
          new DeskOutcome.Answered<>(
              finder
                  .taking()
                  .map(status -> VoterViews.ofLeader(status, Collections.emptySortedMap()))
                  .orElse(List.of()));
      case VoterChange.NotLeader(OptionalInt leader) ->
          Sighting.of(leader, finder.leaderAt(leader), Optional.empty()).changeAtLeader(self);
      case VoterChange.Refused(VoterFault fault, String why) ->
          new DeskOutcome.DeskRefused<>(Refusal.of(kindOf(fault), why));
      case VoterChange.InDoubt(String why) ->
          new DeskOutcome.DeskRefused<>(
              Refusal.of(
                  ErrorKind.TIMED_OUT,
                  "the change of the voters may or may not be made (%s); kafkactl quorum --describe shows them"
                      .formatted(why)));
    };
  }

  private static ErrorKind kindOf(VoterFault fault) {
    return switch (fault) {
      case WRONG_NODE -> ErrorKind.INVALID_VOTER;
      case NOT_NOW -> ErrorKind.VOTER_CHANGE_REFUSED;
    };
  }

  /** Without a number: here it is known how much time was left, not how much was given. */
  private static Refusal late() {
    return Refusal.of(
        ErrorKind.TIMED_OUT,
        "the change of the voters was not agreed on in the time given and goes on; kafkactl quorum --describe shows what came of it");
  }
}
