package dev.milena.node.cluster;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.QuorumRefusals;
import dev.milena.broker.core.Refusal;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Has the quorum decide what an operator orders, and answers when every broker that is up shows it
 * or has had its time. Blocks: {@link #image} for two seconds at most, {@link #carryOut} for the
 * time of the order and two seconds more.
 */
final class QuorumOrders {
  /** A broker that does not show a change by then goes by a lease of its own (ADR 23). */
  private static final long SPREAD_MS = 1_000;

  private static final long CATCH_UP_MS = 2_000;

  private final QuorumGateway gateway;

  QuorumOrders(QuorumGateway gateway) {
    this.gateway = gateway;
  }

  /** What became of it. */
  sealed interface Outcome<T> {
    /** What was asked for. */
    record Done<T>(T told) implements Outcome<T> {}

    record Refused<T>(Refusal refusal) implements Outcome<T> {}
  }

  /**
   * A decided order.
   *
   * @param image shows it
   */
  record Decided(MetadataReply reply, ClusterImage image) {}

  /**
   * An order.
   *
   * @param what is ordered, to follow "that" and end before "was not seen": "leaders are elected"
   * @param look where to see whether it was done
   */
  record Order(MetadataCommand command, Caller caller, int timeoutMs, String what, String look) {}

  /** The metadata as it is, all that was answered before included. */
  Outcome<ClusterImage> image() throws InterruptedException {
    ReadAnswer read =
        Patience.await(gateway.readIndex(CATCH_UP_MS), CATCH_UP_MS)
            .orElseGet(() -> new ReadAnswer.Unavailable("no answer within 2 s"));
    return switch (read) {
      case ReadAnswer.CaughtUp _ -> new Outcome.Done<>(gateway.view().image());
      case ReadAnswer.Unavailable(String why) -> new Outcome.Refused<>(unavailable(why));
    };
  }

  Outcome<Decided> carryOut(Order order) throws InterruptedException {
    CommandOrigin origin =
        new CommandOrigin(
            order.caller().principal(), order.caller().address(), order.caller().tool());
    Optional<QuorumAnswer> answer =
        Patience.await(
            gateway.submit(order.command(), origin, order.timeoutMs()), order.timeoutMs());
    return switch (answer.orElseGet(QuorumAnswer.TimedOut::new)) {
      case QuorumAnswer.Decided(long index, MetadataReply reply) -> shown(order, index, reply);
      case QuorumAnswer.Refused(long _, Decision.Refused refusal) ->
          new Outcome.Refused<>(QuorumRefusals.of(refusal));
      case QuorumAnswer.Unavailable(String why) -> new Outcome.Refused<>(unavailable(why));
      case QuorumAnswer.TimedOut() -> late(order);
    };
  }

  private Outcome<Decided> shown(Order order, long index, MetadataReply reply)
      throws InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SPREAD_MS);
    var _ = Patience.await(gateway.readIndex(SPREAD_MS), SPREAD_MS);
    boolean known = Patience.await(gateway.awaitSpread(index, SPREAD_MS), SPREAD_MS).orElse(false);
    if (!known) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      var _ = Patience.await(new CompletableFuture<Boolean>(), leftMs);
    }
    return gateway.view().appliedIndex() < index
        ? late(order)
        : new Outcome.Done<>(new Decided(reply, gateway.view().image()));
  }

  private static Outcome<Decided> late(Order order) {
    return new Outcome.Refused<>(
        Refusal.of(
            ErrorKind.TIMED_OUT,
            "that %s was not seen in %s ms; %s shows whether it was done"
                .formatted(order.what(), order.timeoutMs(), order.look())));
  }

  private static Refusal unavailable(String why) {
    return Refusal.of(
        ErrorKind.QUORUM_UNAVAILABLE,
        "the metadata quorum cannot be reached (%s); nothing was changed, try again%s"
            .formatted(why, QuorumRefusals.IF_IT_LASTS));
  }
}
