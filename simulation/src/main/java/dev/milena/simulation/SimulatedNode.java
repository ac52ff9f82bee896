package dev.milena.simulation;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.serving.OneThreadBroker;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.TopicDefaults;
import dev.milena.log.disk.PowerCut;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/** One node and its disk through all its lives: it crashes, is killed, stops, and comes back. */
final class SimulatedNode {
  private static final Path ROOT = Path.of("logs");
  private static final int LOOPS = 2;

  private final SplittableRandom random;
  private final Bug bug;
  private final SimClock clock = new SimClock();
  private final StandInQuorum quorum;
  private SimDisk disk;
  private WatchedDisk watched;
  private OneThreadBroker broker;
  private int lives;
  private int faults;
  private long lastJumpMs;

  SimulatedNode(SplittableRandom random, Bug bug) {
    this.random = random;
    this.bug = bug;
    this.quorum = new StandInQuorum(random.nextLong());
    quorum.timeIs(clock::asClusters);
    this.disk = new SimDisk(random.nextLong());
    this.watched = new WatchedDisk(disk, bug);
    this.broker = live();
  }

  BrokerCore core() {
    return broker.core();
  }

  SimClock clock() {
    return clock;
  }

  StandInQuorum quorum() {
    return quorum;
  }

  /** How late it is, and how long the wall clock has been steady. */
  PartitionHistory.Clocks clocks() {
    return new PartitionHistory.Clocks(clock.monotonicMs(), lastJumpMs);
  }

  /** Sets the wall clock off, either way. */
  void jumpWall(long ms) {
    clock.jumpWall(ms);
    lastJumpMs = clock.monotonicMs();
  }

  /** How many faults have struck so far. */
  int faults() {
    return faults;
  }

  /** How often it was started. */
  int lives() {
    return lives;
  }

  /** Whether something final has failed on the disk for a partition's folder in this life. */
  boolean hasFailed(String folder) {
    return watched.hasFailed(folder);
  }

  /** Runs one step of the broker; a power cut in its middle ends this life. */
  void step() {
    survive(() -> broker.step(random.nextInt(broker.steps())));
  }

  /** What the housekeeping thread does; a disk error is its to bear. */
  void tidy() {
    survive(() -> {
      try {
        broker.tidy();
      } catch (IOException tolerated) {
        faults++;
      }
    });
  }

  /** Lets everything come to rest. */
  void settle() {
    survive(broker::settle);
  }

  /** Has one of the next calls to the disk fail. */
  void armFault() {
    SimFault[] kinds = SimFault.values();
    disk.failAt(disk.calls() + 1 + random.nextInt(12), kinds[random.nextInt(kinds.length)]);
    faults++;
  }

  /** Makes the disk nearly full. */
  void fill() {
    disk.setCapacity(disk.usedBytes() + random.nextInt(20_000));
    faults++;
  }

  /** Frees the disk. */
  void free() {
    disk.setCapacity(Long.MAX_VALUE);
  }

  /** Cuts the power. */
  void cutPower() {
    faults++;
    disk = disk.crash();
    restart();
  }

  /** Kills the process; what it wrote is in the page cache. */
  void kill() {
    faults++;
    disk = disk.restart();
    restart();
  }

  /** Stops in good order and starts again. */
  void stopAndStart() {
    survive(() -> {
      try {
        broker.stop();
      } catch (IOException failed) {
        faults++;
      }
    });
    disk = disk.restart();
    restart();
  }

  /**
   * Flips a bit in the flushed part of a log, where only damage, no crash, explains it. Everything
   * is at rest and noted in the checkpoint first.
   *
   * @return whether there was a file to damage
   */
  boolean flipBit(String folder) {
    settle();
    tidy();
    try {
      Path segments = ROOT.resolve(folder);
      if (!disk.exists(segments)) {
        return false;
      }
      for (String name : disk.list(segments)) {
        Path file = segments.resolve(name);
        if (name.endsWith(".log") && disk.sizeInBytes(file) > 0) {
          disk.flip(file, random.nextLong(disk.sizeInBytes(file)), random.nextInt(8));
          faults++;
          return true;
        }
      }
      return false;
    } catch (IOException unexpected) {
      throw new IllegalStateException("the simulated disk refuses to be damaged", unexpected);
    }
  }

  private void survive(Runnable step) {
    try {
      step.run();
    } catch (PowerCut cut) {
      disk = disk.crash();
      restart();
    }
  }

  private void restart() {
    watched = new WatchedDisk(disk, bug);
    quorum.forgetFollowers();
    broker = live();
  }

  /** Starts, again and again if a fault strikes on the way up. */
  private OneThreadBroker live() {
    while (true) {
      lives++;
      try {
        OneThreadBroker started = OneThreadBroker.open(setup(), uuid());
        started.register(quorum, uuid());
        return started;
      } catch (PowerCut cut) {
        disk = disk.crash();
      } catch (IOException failed) {
        disk = disk.restart();
        disk.setCapacity(Long.MAX_VALUE);
      }
      watched = new WatchedDisk(disk, bug);
      quorum.forgetFollowers();
    }
  }

  private OneThreadBroker.Setup setup() {
    FlushPolicy policy =
        bug == Bug.ACKNOWLEDGE_BEFORE_FSYNC ? FlushPolicy.REPLICATED : FlushPolicy.ACK;
    return new OneThreadBroker.Setup(
        LOOPS,
        watched,
        ROOT,
        quorum,
        clock,
        new TopicDefaults(
            1,
            new ReplicaPlan.ByRule(1),
            TopicImage.BY_RULE,
            new TreeMap<>(Map.of("flush.policy", policy.setting())),
            86_400_000),
        OneThreadBroker.Setup.wideLimits());
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
