package dev.milena.simulation.cluster;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.RunStanding;
import dev.milena.broker.core.serving.OneThreadBroker;
import dev.milena.log.disk.PowerCut;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * One machine of the cluster through all lives of its broker: its disk and its clocks stay, its
 * process comes and goes.
 */
final class ClusterNode {
  static final Path ROOT = Path.of("logs");

  /** In a second, as the scrubbing thread has. */
  private static final int SCRUB_STEPS = 4;

  private final int id;
  private final SplittableRandom random;
  private final ClusterWorld world;
  private final SimulatedMachine machine;
  private Optional<Life> life = Optional.empty();
  private long upFromMs;
  private long stopAtMs = Long.MAX_VALUE;
  private long pausedUntilMs;
  private boolean deaf;
  private boolean mute;
  private int lives;

  /** It is no broker of the cluster, or not yet. */
  private boolean away;

  /** One run of the broker. */
  private record Life(OneThreadBroker broker, QuorumLine line) {}

  ClusterNode(int id, SplittableRandom random, ClusterWorld world) {
    this.id = id;
    this.random = random;
    this.world = world;
    this.machine = new SimulatedMachine(random.split(), world.bug().atDisk());
  }

  int id() {
    return id;
  }

  /** How it is, for a failed seed. */
  @Override
  public String toString() {
    return "broker %s (%s): %s, standing %s, image at %s of %s"
        .formatted(
            id,
            life.isPresent() ? "run " + lives : away ? "away" : "down",
            world.quorum().image().broker(id).map(BrokerImage::standing),
            life.flatMap(now -> now.line.standing()),
            life.map(now -> now.line.appliedIndex()),
            world.quorum().appliedIndex());
  }

  /** What it runs on. */
  SimulatedMachine machine() {
    return machine;
  }

  private long nowMs() {
    return machine.nowMs();
  }

  /** How often its broker was started. */
  int lives() {
    return lives;
  }

  boolean isUp() {
    return life.isPresent();
  }

  boolean isAway() {
    return away;
  }

  /** It does not take part, and what was on its disk is gone. */
  void leave() {
    if (isUp()) {
      var _ = kill(0);
    }
    machine.emptyDisk();
    away = true;
  }

  /** It takes part from its next start on. */
  void join() {
    away = false;
  }

  /** Whether its broker runs and is let in. */
  boolean isLetIn() {
    Optional<RunStanding> standing = life.flatMap(now -> now.line.standing());
    return world
        .quorum()
        .image()
        .broker(id)
        .filter(row ->
            !row.fenced()
                && standing.filter(one -> one.run().equals(row.incarnation())).isPresent())
        .isPresent();
  }

  private boolean isPaused() {
    return nowMs() < pausedUntilMs;
  }

  /** Whom clients call; empty while nobody listens. */
  Optional<BrokerCore> core() {
    return life.map(now -> now.broker.core());
  }

  /** What its broker knows of the metadata, for clients that ask it. */
  Optional<QuorumLine> line() {
    return life.map(Life::line);
  }

  /** Whether a log of it is offline until its broker is started again. */
  boolean hasOfflineLog() {
    return life.filter(now -> now.broker.offline() > 0).isPresent();
  }

  boolean reachesQuorum() {
    return !deaf && !mute && world.controller().leads(nowMs());
  }

  private void start() {
    lives++;
    QuorumLine line = new QuorumLine(world.quorum());
    try {
      OneThreadBroker broker =
          OneThreadBroker.open(
              world.setup(id, machine.forNextRun(), line, machine.clock()), uuid());
      MetadataCommand.RegisterBroker registration = broker.registration(uuid());
      if (!(world.quorum().decide(registration) instanceof QuorumAnswer.Decided)) {
        throw new IllegalStateException("not registered: " + registration);
      }
      life = Optional.of(new Life(broker, line));
      world.network().up(id, broker.copies(), registration.tokenHash());
      line.announce(new RunStanding(registration.incarnation(), false, false));
      broker.whenOpened(() -> opened(broker, line, registration));
    } catch (PowerCut cut) {
      line.end();
      machine.losesPower();
    } catch (IOException failed) {
      // as for want of room: whoever runs it makes some, and starts it again
      line.end();
      machine.processEnds();
      machine.free();
    }
  }

  /** What is lost is reported before it is let in, so that no log is counted on that lost some. */
  private void opened(
      OneThreadBroker broker, QuorumLine line, MetadataCommand.RegisterBroker registration) {
    Optional<MetadataCommand.ReportLostReplicas> lost = broker.lost();
    if (!broker.isKnown()) {
      // it opens nothing before its image knows this run
      broker.whenOpened(() -> opened(broker, line, registration));
    } else if (lost.isPresent()) {
      var _ = world.quorum().decide(lost.get());
      broker.whenOpened(() -> opened(broker, line, registration));
    } else {
      line.announce(new RunStanding(registration.incarnation(), true, false));
    }
  }

  /** Runs some steps of its broker, in an order that the dice choose. */
  void run() {
    if (!isPaused()) {
      survive(() -> life.ifPresent(now -> run(now.broker)));
    }
  }

  private void run(OneThreadBroker broker) {
    int kinds = broker.steps();
    int first = random.nextInt(kinds);
    for (int i = 0; i < kinds; i++) {
      int kind = (first + i) % kinds;
      if (!broker.syncs(kind) || !machine.isSlow()) {
        broker.step(kind);
      }
    }
  }

  /** What its housekeeping and its scrubbing threads do; a disk error is its to bear. */
  void tidy() {
    if (isPaused()) {
      return;
    }
    survive(() -> {
      if (life.isPresent()) {
        for (int i = 0; i < SCRUB_STEPS; i++) {
          life.get().broker.scrub();
        }
        try {
          life.get().broker.tidy();
        } catch (IOException tolerated) {
          world.faultStruck();
        }
      }
    });
  }

  /** Delivers something between its broker and the quorum. */
  void speak() {
    if (life.isEmpty()) {
      return;
    }
    QuorumLine line = life.get().line;
    boolean quorumLeads = world.controller().leads(nowMs());
    int way = random.nextInt(3);
    if (way == 0 && !mute && quorumLeads) {
      line.deliverToQuorum();
    } else if (way == 1 && !deaf) {
      line.deliverAnswer();
    } else if (!deaf) {
      line.deliverStep();
    }
  }

  /** Its broker says how it is, and hears that the quorum's leader does. */
  void beat() {
    if (life.isEmpty() || isPaused() || mute || !world.controller().leads(nowMs())) {
      return;
    }
    QuorumLine line = life.get().line;
    world.controller().heard(id, line.standing(), nowMs());
    if (!deaf) {
      line.hears(new ClusterTime(world.wallMs(), nowMs()));
    }
  }

  /** Cuts its ways to and from the quorum; whether one of them went. */
  boolean cutFromQuorum(boolean toQuorum, boolean fromQuorum) {
    boolean cuts = (toQuorum && !mute) || (fromQuorum && !deaf);
    mute |= toQuorum;
    deaf |= fromQuorum;
    if (random.nextBoolean()) {
      life.ifPresent(now -> now.line.loseWords());
    }
    return cuts && isUp();
  }

  /** The ways are whole again. */
  void joinQuorum() {
    mute = false;
    deaf = false;
  }

  /** Stops the process where it is, for a while; whether there is one. */
  boolean pause(long ms) {
    pausedUntilMs = nowMs() + ms;
    return isUp();
  }

  /** Cuts the power, and gives it back; whether a process ended by it. */
  boolean cutPower(long awayMs) {
    boolean wasUp = isUp();
    machine.losesPower();
    over(awayMs);
    world.network().vanished(id, this::some);
    return wasUp;
  }

  /** Kills the process, if there is one; what it wrote is in the page cache. */
  boolean kill(long awayMs) {
    boolean wasUp = isUp();
    machine.processEnds();
    over(awayMs);
    world.network().killed(id, this::some);
    world.controller().gone(id, nowMs());
    return wasUp;
  }

  /**
   * Begins a stop in good order: what others can lead moves to them, and it ends after a while,
   * whether they have taken it or not.
   *
   * @return whether it could
   */
  boolean beginStop(long withinMs) {
    Optional<BrokerImage> row = world.quorum().image().broker(id);
    boolean stops = isUp() && !isPaused() && reachesQuorum() && row.isPresent();
    if (stops) {
      var _ = world.quorum().decide(new MetadataCommand.StopBroker(id, row.get().brokerEpoch()));
      stopAtMs = nowMs() + withinMs;
    }
    return stops;
  }

  /** What is due by the clock: it starts, or ends. */
  void passTime() {
    if (life.isPresent() && !isPaused() && nowMs() >= stopAtMs) {
      stop(random.nextInt(2_000));
    }
    if (!isUp() && !away && nowMs() >= upFromMs && reachesQuorum()) {
      start();
    }
  }

  /** Its process ends in good order. */
  private void stop(long awayMs) {
    survive(() -> {
      if (life.isPresent()) {
        try {
          life.get().broker.stop();
        } catch (IOException failed) {
          world.faultStruck();
        }
      }
    });
    var _ = kill(awayMs);
  }

  /** Everything that was done to it ends; its broker starts if it is down, or is stopping. */
  void heal() {
    if (stopAtMs != Long.MAX_VALUE) {
      var _ = kill(0);
    }
    joinQuorum();
    pausedUntilMs = 0;
    upFromMs = 0;
    machine.heal();
  }

  private int some(int all) {
    return random.nextInt(all + 1);
  }

  private void survive(Runnable step) {
    try {
      step.run();
    } catch (PowerCut cut) {
      var _ = cutPower(random.nextInt(5_000));
    }
  }

  private void over(long awayMs) {
    life.ifPresent(now -> {
      // what it has asked for last may still arrive
      while (random.nextBoolean() && now.line.deliverToQuorum()) {}
      now.line.end();
    });
    life = Optional.empty();
    stopAtMs = Long.MAX_VALUE;
    pausedUntilMs = 0;
    upFromMs = nowMs() + awayMs;
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
