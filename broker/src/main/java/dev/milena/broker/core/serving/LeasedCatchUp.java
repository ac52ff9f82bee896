package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Catches up with the quorum before topics that this broker knows are shown, unless it did so just
 * now ({@link ReadLease}).
 */
@OwnedBy(Owner.ANY_THREAD)
final class LeasedCatchUp {
  private final CatchUp catchUp;
  private final ImageFeed feed;
  private final BrokerClock clock;
  private final AtomicReference<ReadLease> lease = new AtomicReference<>(ReadLease.NONE);

  LeasedCatchUp(CatchUp catchUp, ImageFeed feed, BrokerClock clock) {
    this.catchUp = catchUp;
    this.feed = feed;
    this.clock = clock;
  }

  /** Tells when the image is as new as this call, or that it will not be in time. */
  void run(Consumer<CatchUp.Outcome> caughtUp) {
    long beganMs = clock.monotonicMs();
    Optional<CatchUp.Outcome> standing = lease.get().standsFor(beganMs, isWaitedFor());
    if (standing.isPresent()) {
      caughtUp.accept(standing.get());
      return;
    }
    catchUp.run(outcome -> {
      lease.updateAndGet(before -> before.after(beganMs, outcome));
      caughtUp.accept(outcome);
    });
  }

  /** A run that stops says so to the quorum before it is let out. */
  private boolean isWaitedFor() {
    return feed.ownRow().filter(row -> row.mayLead()).isPresent();
  }
}
