package dev.milena.quorum.ratis;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells a member that Ratis closed because the process stood still from one that it closed for
 * reasons of its own: Ratis looks whether its threads wake up in time, and says nothing to us.
 *
 * <p>The timer ticks; any thread may ask.
 */
final class Standstill {
  private static final long TICK_MS = 1_000;

  private final LongSupplier nowMs;
  private volatile Ticks ticks;

  /**
   * @param nowMs a clock that never goes back, in milliseconds; Ratis' is System.nanoTime too
   */
  Standstill(LongSupplier nowMs) {
    this.nowMs = nowMs;
    ticks = Ticks.begun(nowMs.getAsLong());
  }

  /** Ticks from now on. */
  static Standstill watched(ScheduledExecutorService timer) {
    Standstill standstill = new Standstill(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    Looks.every(timer, TICK_MS, standstill::tick);
    return standstill;
  }

  /** For one thread. */
  void tick() {
    ticks = ticks.ticked(nowMs.getAsLong(), RatisProperties.MAX_PAUSE_MS);
  }

  /** The same, but that it is told of a standstill where that is why Ratis closed. */
  Halt explaining(Halt halt) {
    return (what, cause) -> {
      Optional<StoodStill> stood =
          cause instanceof ClosedUnasked closed ? stoodStill(closed) : Optional.empty();
      if (stood.isPresent()) {
        halt.halt(String.valueOf(stood.get().getMessage()), stood.get());
      } else {
        halt.halt(what, cause);
      }
    };
  }

  private Optional<StoodStill> stoodStill(ClosedUnasked closed) {
    OptionalLong stillMs = ticks.stoodStillMs(nowMs.getAsLong(), RatisProperties.MAX_PAUSE_MS);
    if (stillMs.isPresent()) {
      return Optional.of(new StoodStill(stillMs.getAsLong(), RatisProperties.MAX_PAUSE_MS, closed));
    }
    return closed.isServer()
        ? Optional.of(StoodStill.measuredByRatis(RatisProperties.MAX_PAUSE_MS, closed))
        : Optional.empty();
  }
}
