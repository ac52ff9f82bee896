package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.QuorumRefusals;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DecommissionCall;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import java.util.Optional;

/** Has the quorum forget brokers that are gone for good. Blocks. */
final class Departures {
  /** A broker that does not know by then is on the way to being fenced. */
  private static final long SPREAD_MS = 1_000;

  private static final String BRING_BACK =
      "bring voters back until most of them answer (kafkactl quorum --describe names the silent ones)";

  private final QuorumGateway gateway;
  private final QuorumFinder finder;

  Departures(QuorumGateway gateway, QuorumFinder finder) {
    this.gateway = gateway;
    this.finder = finder;
  }

  DeskOutcome<Integer> decommission(DecommissionCall call) throws InterruptedException {
    // who votes is not in the metadata that the decision is made of, so it is looked at here
    Optional<Refusal> fault = fault(finder.look(), call.brokerId());
    if (fault.isPresent()) {
      return new DeskOutcome.DeskRefused<>(fault.get());
    }
    CommandOrigin origin =
        new CommandOrigin(call.caller().principal(), call.caller().address(), call.caller().tool());
    Optional<QuorumAnswer> answer =
        Patience.await(
            gateway.submit(
                new MetadataCommand.DecommissionBroker(call.brokerId()), origin, call.timeoutMs()),
            call.timeoutMs());
    return answer.isPresent() ? outcome(call, answer.get()) : late(call);
  }

  /** What keeps a broker from being forgotten as far as it votes, or may. Pure. */
  static Optional<Refusal> fault(Sighting quorum, int brokerId) {
    if (quorum.voters().isEmpty()) {
      return Optional.of(
          Refusal.of(
              ErrorKind.QUORUM_UNAVAILABLE,
              "whether broker %s votes in the quorum cannot be found out, for no leader of it was met; nothing was changed: %s, then this again"
                  .formatted(brokerId, BRING_BACK)));
    }
    if (!quorum.votes(brokerId)) {
      return Optional.empty();
    }
    // a vote is taken by a majority: that step must not be named to whom it is closed
    return Optional.of(
        quorum.leader().isPresent()
            ? Refusal.of(
                ErrorKind.BROKER_IN_USE,
                "broker %s votes in the quorum; take its vote first: kafkactl quorum --remove-voter %s"
                    .formatted(brokerId, brokerId))
            : Refusal.of(
                ErrorKind.QUORUM_UNAVAILABLE,
                "broker %s votes in the quorum, and without a leader of it no vote can be taken; nothing was changed: %s, then kafkactl quorum --remove-voter %s, then this again"
                    .formatted(brokerId, BRING_BACK, brokerId)));
  }

  private DeskOutcome<Integer> outcome(DecommissionCall call, QuorumAnswer answer)
      throws InterruptedException {
    return switch (answer) {
      case QuorumAnswer.Decided(long index, MetadataReply _) -> {
        // whoever is asked next shall know; a broker that does not by then is answered for
        var _ = Patience.await(gateway.readIndex(SPREAD_MS), SPREAD_MS);
        var _ = Patience.await(gateway.awaitSpread(index, SPREAD_MS), SPREAD_MS);
        yield new DeskOutcome.Answered<>(call.brokerId());
      }
      case QuorumAnswer.Refused(long _, Decision.Refused refusal) ->
          new DeskOutcome.DeskRefused<>(QuorumRefusals.of(refusal));
      case QuorumAnswer.Unavailable(String why) ->
          refused(
              ErrorKind.QUORUM_UNAVAILABLE,
              "the metadata quorum cannot be reached (%s); nothing was changed, try again%s"
                  .formatted(why, QuorumRefusals.IF_IT_LASTS));
      case QuorumAnswer.TimedOut() -> late(call);
    };
  }

  private static DeskOutcome<Integer> late(DecommissionCall call) {
    return refused(
        ErrorKind.TIMED_OUT,
        "that broker %s is forgotten was not seen in %s ms; kafkactl cluster --describe shows whether it is"
            .formatted(call.brokerId(), call.timeoutMs()));
  }

  private static DeskOutcome<Integer> refused(ErrorKind kind, String message) {
    return new DeskOutcome.DeskRefused<>(Refusal.of(kind, message));
  }
}
