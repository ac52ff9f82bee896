package dev.milena.simulation.cluster;

import dev.milena.broker.core.serving.SimClock;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.simulation.Bug;
import dev.milena.simulation.WatchedDisk;
import java.util.SplittableRandom;

/** What stays when a process ends: a disk and clocks, and what is wrong with them. */
final class SimulatedMachine {
  private final SplittableRandom random;
  private final Bug bug;
  private final SimClock clock = new SimClock();
  private SimDisk disk;
  private WatchedDisk watched;
  private long slowDiskUntilMs;
  private long lastJumpMs;

  SimulatedMachine(SplittableRandom random, Bug bug) {
    this.random = random;
    this.bug = bug;
    this.disk = new SimDisk(random.nextLong());
    this.watched = new WatchedDisk(disk, bug);
  }

  SimClock clock() {
    return clock;
  }

  long nowMs() {
    return clock.monotonicMs();
  }

  SimDisk disk() {
    return disk;
  }

  /** The disk as the next process sees it. */
  WatchedDisk forNextRun() {
    watched = new WatchedDisk(disk, bug);
    return watched;
  }

  /** Whether something final has failed for a partition's folder in this run. */
  boolean hasFailed(String folder) {
    return watched.hasFailed(folder);
  }

  /** Another disk is put in. */
  void emptyDisk() {
    disk = new SimDisk(random.nextLong());
  }

  /** What was not synced may be gone. */
  void losesPower() {
    disk = disk.crash();
  }

  /** The page cache stays. */
  void processEnds() {
    disk = disk.restart();
  }

  /** Has one of the next calls to the disk fail. */
  void armFault() {
    SimFault[] kinds = SimFault.values();
    disk.failAt(disk.calls() + 1 + random.nextInt(12), kinds[random.nextInt(kinds.length)]);
  }

  /** Makes the disk nearly full. */
  void fill() {
    disk.setCapacity(disk.usedBytes() + random.nextInt(20_000));
  }

  /** Frees the disk. */
  void free() {
    disk.setCapacity(Long.MAX_VALUE);
  }

  /** Has every sync take long. */
  void slowDown(long ms) {
    slowDiskUntilMs = nowMs() + ms;
  }

  /** Whether a sync that was begun is not over yet. */
  boolean isSlow() {
    return nowMs() < slowDiskUntilMs;
  }

  /** Sets its wall clock off, either way. */
  void jumpWall(long ms) {
    clock.jumpWall(ms);
    lastJumpMs = nowMs();
  }

  /** When its wall clock jumped last, on the monotonic one. */
  long lastJumpMs() {
    return lastJumpMs;
  }

  /** Nothing is wrong with it any more. */
  void heal() {
    slowDiskUntilMs = 0;
    disk.heal();
  }
}
