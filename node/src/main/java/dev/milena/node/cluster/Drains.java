package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.DrainCall;
import dev.milena.broker.core.cluster.DrainView;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply.DrainReply;

/** Has the quorum drain brokers when an operator asks for it. Blocks. */
final class Drains {
  private final QuorumOrders orders;

  Drains(QuorumOrders orders) {
    this.orders = orders;
  }

  DeskOutcome<DrainView> drain(DrainCall call) throws InterruptedException {
    var outcome =
        orders.carryOut(
            new QuorumOrders.Order(
                new MetadataCommand.DrainBroker(call.brokerId(), call.cancel()),
                call.caller(),
                call.timeoutMs(),
                "broker %s is %s".formatted(call.brokerId(), call.cancel() ? "kept" : "drained"),
                "kafkactl cluster --describe"));
    return switch (outcome) {
      case QuorumOrders.Outcome.Refused<QuorumOrders.Decided>(Refusal refusal) ->
          new DeskOutcome.DeskRefused<>(refusal);
      case QuorumOrders.Outcome.Done<QuorumOrders.Decided>(QuorumOrders.Decided decided) ->
          decided.reply() instanceof DrainReply(int changed, int left)
              ? new DeskOutcome.Answered<>(new DrainView(changed, left))
              : new DeskOutcome.DeskRefused<>(
                  Refusal.of(ErrorKind.INTERNAL, "the quorum answered with " + decided.reply()));
    };
  }
}
