package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.MovePace;
import java.nio.file.Path;
import java.util.List;

/**
 * What the broker's core is told at its start.
 *
 * @param self this broker's id
 * @param clusterId the cluster's id, to show
 * @param logDirs where logs lie, at least one
 * @param topics what holds for topics that do not say otherwise
 * @param sessionMs broker.session.timeout.ms: who has not heard of the quorum for so long may be
 *     fenced
 * @param disks what is done about disks that are silent, or change what they hold
 * @param limits how much may wait and how many threads there are
 */
public record CoreSettings(
    int self,
    String clusterId,
    List<Path> logDirs,
    TopicDefaults topics,
    long sessionMs,
    Disks disks,
    Limits limits) {
  /**
   * What is done about disks that do not do as they should.
   *
   * @param stallMs disk.stall.ms: one that is silent for so long is given up
   * @param scrub how often and how fast what is stored is looked over
   */
  public record Disks(long stallMs, ScrubPace scrub) {
    /** As unless it is set, but that nothing is looked over without being asked for. */
    public static final Disks UNSCRUBBED = new Disks(5_000, ScrubPace.NEVER);
  }

  /** Copies the list. */
  public CoreSettings {
    logDirs = List.copyOf(logDirs);
  }

  /**
   * Bounds.
   *
   * @param loops how many partition loops, at least 1
   * @param readers how many threads read from disks
   * @param flushThreads how many fsyncs run in parallel on each disk
   * @param bytesInFlight produce bytes held in memory
   * @param bytesBeingRead bytes that reads hold in memory until they are answered
   * @param moveBytesPerSecond replica.move.bytes.per.second: what is sent at most to replicas that
   *     a move brings
   * @param hosting the bounds of each loop and partition
   */
  public record Limits(
      int loops,
      int readers,
      int flushThreads,
      long bytesInFlight,
      long bytesBeingRead,
      long moveBytesPerSecond,
      HostingLimits hosting) {
    /**
     * For a machine.
     *
     * @param processors as the JVM counts them
     * @param heapBytes the largest heap; a quarter of it may hold requests, an eighth what is read
     */
    public static Limits of(int processors, long heapBytes) {
      return of(processors, heapBytes, HostingLimits.DEFAULTS.retentionCheckMs());
    }

    /**
     * The same, of a broker that looks for records to delete as often as it is told.
     *
     * @param retentionCheckMs log.retention.check.interval.ms
     */
    public static Limits of(int processors, long heapBytes, long retentionCheckMs) {
      return new Limits(
          Math.clamp(processors, 2, 16),
          Math.clamp(processors, 2, 8),
          4,
          heapBytes / 4,
          heapBytes / 8,
          MovePace.UNBOUNDED,
          HostingLimits.DEFAULTS.checkingEvery(retentionCheckMs));
    }

    /** The same, with another {@link #moveBytesPerSecond}. */
    public Limits movingAtMost(long newMoveBytesPerSecond) {
      return new Limits(
          loops,
          readers,
          flushThreads,
          bytesInFlight,
          bytesBeingRead,
          newMoveBytesPerSecond,
          hosting);
    }
  }
}
