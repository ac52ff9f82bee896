package dev.milena.quorum.ratis;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When the disk of the quorum's folder has been silent for too long.
 *
 * <p>Pure: facts and time come in. What counts is time in which somebody looked, as for the
 * brokers' disks: of a gap between two looks no more than {@value #COUNTED_MS} ms, since a process
 * that stood still has heard no answer either.
 */
final class FolderStall {
  /** What is counted of the time between two looks, at most. */
  static final long COUNTED_MS = 500;

  /** Between two warnings. */
  static final long WARN_MS = 60_000;

  private final long boundMs;
  private Map<Out, Long> began = Map.of();
  private OptionalLong lookedMs = OptionalLong.empty();
  private long watchedMs;
  private long warnAtMs;

  /**
   * Something that the disk has been asked for and has not answered.
   *
   * @param what it is, for a person
   * @param mark another one for the next of its kind: while it stays, nothing has moved
   */
  record Out(String what, long mark) {}

  /**
   * The disk is silent.
   *
   * @param isFinal whether for as long as it may be; else for half of that
   * @param what it has not answered
   * @param ms for how long
   */
  record Silent(boolean isFinal, String what, long ms) {}

  /** Has seen nothing yet. */
  FolderStall(long boundMs) {
    this.boundMs = boundMs;
  }

  /**
   * Looks once.
   *
   * @param out what is out now
   * @param nowMs of a clock that never goes back
   */
  Optional<Silent> look(List<Out> out, long nowMs) {
    watchedMs += Math.min(COUNTED_MS, nowMs - lookedMs.orElse(nowMs));
    lookedMs = OptionalLong.of(nowMs);
    Map<Out, Long> now = new HashMap<>();
    out.forEach(one -> now.put(one, began.getOrDefault(one, watchedMs)));
    began = now;
    Optional<Out> oldest = out.stream().max(Comparator.comparingLong(this::ageMs));
    return oldest.flatMap(one -> judge(one.what(), ageMs(one)));
  }

  private long ageMs(Out one) {
    return watchedMs - began.getOrDefault(one, watchedMs);
  }

  private Optional<Silent> judge(String what, long ms) {
    if (ms >= boundMs) {
      return Optional.of(new Silent(true, what, ms));
    }
    if (ms < boundMs / 2 || watchedMs < warnAtMs) {
      return Optional.empty();
    }
    warnAtMs = watchedMs + WARN_MS;
    return Optional.of(new Silent(false, what, ms));
  }
}
