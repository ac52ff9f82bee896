package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.ProducerOutcome;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.QuorumRefusals;
import dev.milena.broker.core.Refusal;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Producer ids for those who ask, out of the thousand that the quorum gives this broker at a time.
 * The next thousand are asked for before they are needed, so that new producers are served while
 * the quorum has no leader. Those of a run that ends are lost, which is fine: there are 2^63.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ProducerIds {
  /** Who waits for the quorum; one more is refused. */
  static final int MOST_WAITING = 10_000;

  /** With fewer left the next are asked for. */
  private static final long FEW = 500;

  private static final long ASK_MS = 5_000;

  private final int self;
  private final QuorumGateway gateway;
  private final ImageFeed feed;
  private final ArrayDeque<Consumer<? super ProducerOutcome>> waiting = new ArrayDeque<>();
  private long next;
  private long end;
  private long spareNext;
  private long spareEnd;
  private boolean asking;

  ProducerIds(int self, QuorumGateway gateway, ImageFeed feed) {
    this.self = self;
    this.gateway = gateway;
    this.feed = feed;
  }

  /** An id that nobody else gets; told once, on any thread. */
  void give(Consumer<? super ProducerOutcome> answer) {
    Optional<ProducerOutcome> now;
    boolean ask = false;
    synchronized (this) {
      now = takenOrFull();
      if (now.isEmpty()) {
        waiting.addLast(answer);
      }
      ask = beginsToAsk();
    }
    now.ifPresent(answer);
    if (ask) {
      ask();
    }
  }

  /** Sees to it that there are some before anybody asks. */
  void stockUp() {
    boolean ask;
    synchronized (this) {
      ask = beginsToAsk();
    }
    if (ask) {
      ask();
    }
  }

  private boolean beginsToAsk() {
    boolean begins = !asking && (end - next) + (spareEnd - spareNext) < FEW;
    asking |= begins;
    return begins;
  }

  private Optional<ProducerOutcome> takenOrFull() {
    if (next == end) {
      next = spareNext;
      end = spareEnd;
      spareNext = spareEnd;
    }
    if (next < end) {
      return Optional.of(new ProducerOutcome.Given(next++));
    }
    return waiting.size() < MOST_WAITING
        ? Optional.empty()
        : Optional.of(
            refused(
                ErrorKind.OVERLOADED,
                "%s producers wait for an id at broker %s, the most there may be"
                    .formatted(MOST_WAITING, self)));
  }

  private void ask() {
    Optional<BrokerImage> row = feed.ownRow();
    if (row.isEmpty()) {
      refuseAll(
          refused(
              ErrorKind.LEADER_NOT_AVAILABLE, "broker %s is not registered yet".formatted(self)));
      return;
    }
    var _ =
        gateway
            .submit(
                new MetadataCommand.AllocateProducerIds(self, row.get().brokerEpoch()),
                CommandOrigin.ofBroker(self),
                ASK_MS)
            .whenComplete((answer, bug) -> answered(answer, bug));
  }

  private void answered(@Nullable QuorumAnswer answer, @Nullable Throwable bug) {
    switch (answer) {
      case QuorumAnswer.Decided(long _, MetadataReply.ProducerIdsReply(long first, int count)) ->
          given(first, count);
      case QuorumAnswer.Decided(long _, MetadataReply other) ->
          refuseAll(refused(ErrorKind.INTERNAL, "the quorum answered with " + other));
      // the row that this was asked with is old: the image has the newer one in a moment
      case QuorumAnswer.Refused(long _, var refusal) ->
          refuseAll(refused(ErrorKind.LEADER_NOT_AVAILABLE, refusal.message() + "; try again"));
      case QuorumAnswer.Unavailable(String why) ->
          refuseAll(
              refused(
                  ErrorKind.QUORUM_UNAVAILABLE,
                  "the metadata quorum cannot be reached (%s), and broker %s has no producer ids left; try again%s"
                      .formatted(why, self, QuorumRefusals.IF_IT_LASTS)));
      case QuorumAnswer.TimedOut() ->
          refuseAll(
              refused(
                  ErrorKind.QUORUM_UNAVAILABLE,
                  "the metadata quorum gave broker %s no producer ids within %s ms; try again%s"
                      .formatted(self, ASK_MS, QuorumRefusals.IF_IT_LASTS)));
      case null -> refuseAll(refused(ErrorKind.INTERNAL, "asking for producer ids failed: " + bug));
    }
  }

  private void given(long first, int count) {
    List<Runnable> answers = new ArrayList<>();
    boolean more;
    synchronized (this) {
      if (next == end) {
        next = first;
        end = first + count;
      } else {
        spareNext = first;
        spareEnd = first + count;
      }
      while (next < end && !waiting.isEmpty()) {
        Consumer<? super ProducerOutcome> one = waiting.removeFirst();
        ProducerOutcome id = new ProducerOutcome.Given(next++);
        answers.add(() -> one.accept(id));
      }
      more = !waiting.isEmpty();
      asking = more;
    }
    answers.forEach(Runnable::run);
    if (more) {
      ask();
    }
  }

  private void refuseAll(ProducerOutcome refusal) {
    List<Consumer<? super ProducerOutcome>> all;
    synchronized (this) {
      all = List.copyOf(waiting);
      waiting.clear();
      asking = false;
    }
    all.forEach(one -> one.accept(refusal));
  }

  private static ProducerOutcome refused(ErrorKind kind, String message) {
    return new ProducerOutcome.NotGiven(Refusal.of(kind, message));
  }
}
