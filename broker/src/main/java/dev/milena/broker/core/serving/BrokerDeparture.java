package dev.milena.broker.core.serving;

import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run takes its leave, so that no client notices: first its leaderships move, then, when its
 * last client was answered, it is fenced. Blocks, each step for a bounded time: a cluster that does
 * not answer keeps nobody from stopping; it fences a run that is gone by itself.
 */
@OwnedBy(Owner.CREATOR)
final class BrokerDeparture {
  static final long STEP_MS = 5_000;
  private static final long PAUSE_MS = 5;
  private static final Logger log = LoggerFactory.getLogger(BrokerDeparture.class);

  private final int self;
  private final ServingCore.Surroundings around;

  BrokerDeparture(int self, ServingCore.Surroundings around) {
    this.self = self;
    this.around = around;
  }

  /** Has what others can lead moved to them; nothing to do for a run that was never let in. */
  void handOver() throws InterruptedException {
    Optional<BrokerImage> row = ownRow().filter(now -> !now.fenced());
    if (row.isEmpty()) {
      return;
    }
    var stop = new MetadataCommand.StopBroker(self, row.get().brokerEpoch());
    try {
      QuorumAnswer answer =
          around
              .gateway()
              .submit(stop, CommandOrigin.ofBroker(self), STEP_MS)
              .toCompletableFuture()
              .get(2 * STEP_MS, TimeUnit.MILLISECONDS);
      switch (answer) {
        case QuorumAnswer.Decided(long index, _) ->
            log.atInfo().addKeyValue("index", index).log("leaderships were handed over");
        case QuorumAnswer.Refused _, QuorumAnswer.Unavailable _, QuorumAnswer.TimedOut _ ->
            log.atWarn()
                .addKeyValue("answer", answer)
                .log(
                    "leaderships could not be handed over; others take them when this run is gone");
      }
    } catch (TimeoutException silent) {
      log.atWarn().log("the quorum did not answer; others take over when this run is gone");
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a gateway answers normally, always", broken);
    }
  }

  /** Has this run fenced, or finds that it takes too long. */
  void leave() throws InterruptedException {
    Optional<BrokerImage> row = ownRow().filter(now -> !now.fenced());
    if (row.isEmpty()) {
      return;
    }
    around.gateway().announce(new RunStanding(row.get().incarnation(), true, true));
    // The leader would do it at the next beat, but may have been this node, whose port is closed.
    var _ =
        around
            .gateway()
            .submit(
                new MetadataCommand.FenceBroker(self, row.get().brokerEpoch()),
                CommandOrigin.ofBroker(self),
                STEP_MS);
    long deadlineMs = around.clock().monotonicMs() + STEP_MS;
    while (ownRow().filter(now -> !now.fenced()).isPresent()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while leaving the cluster");
      }
      if (around.clock().monotonicMs() >= deadlineMs) {
        log.atWarn().addKeyValue("waitedMs", STEP_MS).log("stopping without having been fenced");
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
    }
  }

  private Optional<BrokerImage> ownRow() {
    // never another run's: a node that was refused its id must not fence whose it is
    return around.feed().ownRow();
  }
}
