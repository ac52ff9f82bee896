package dev.milena.broker.core.hosting;

import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.StepQueue;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The world around the loop of a broker that is alone, with all its bounds as usual. */
final class OneBroker {
  private OneBroker() {}

  /** Around a loop that reads nothing. */
  static HostingContext around(SimClock clock, Executor background, LogStorage storage) {
    return new HostingContext(
        1,
        clock,
        new RetentionClock(clock, Optional::empty),
        new StepQueue(1),
        new ReadRoom(1 << 20),
        background,
        storage,
        NobodyFollows.links(),
        HostingLimits.DEFAULTS,
        new MovePace(MovePace.UNBOUNDED),
        new StartSum(),
        new RoleSum());
  }
}
