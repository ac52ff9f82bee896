package dev.milena.broker.core.stalls;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * For how long what is under way has been so, in milliseconds of time that was watched.
 *
 * @param callMs by log directory the oldest call to its disk that has not come back; 0 without one
 * @param callInUseMs the oldest of those directories that are not given up
 * @param loopMs the oldest step of a partition loop that is in one
 */
public record StallAges(SortedMap<Path, Long> callMs, long callInUseMs, long loopMs) {
  /** Before the first look. */
  public static final StallAges NONE = new StallAges(new TreeMap<>(), 0, 0);

  /** Copies the map. */
  public StallAges {
    callMs = Collections.unmodifiableSortedMap(new TreeMap<>(callMs));
  }
}
