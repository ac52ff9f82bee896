package dev.milena.broker.core.serving;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.copy.ReplicaLinks;
import dev.milena.broker.core.hosting.HostingContext;
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.broker.core.hosting.MovePace;
import dev.milena.broker.core.hosting.PartitionLoop;
import dev.milena.broker.core.hosting.ReadRoom;
import dev.milena.broker.core.hosting.RetentionClock;
import dev.milena.broker.core.hosting.RoleSum;
import dev.milena.broker.core.hosting.StartSum;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.disk.Disk;
import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A whole broker core without a thread: every loop, reader, opening and flush runs when the test
 * says so, one step at a time. The real code from {@link BrokerCore} down to the log.
 */
public final class OneThreadBroker {
  /** What a simulation may choose to run next, beside the turns of the loops. */
  private static final long SESSION_MS = 6_000;

  /** All is looked over every few seconds, fast. */
  private static final ScrubPace OFTEN = new ScrubPace(5_000, 64 << 20);

  private static final int FLUSHES = 3;
  private static final int OTHER_STEPS = 5;

  private final Setup setup;
  private final LogStorage storage;
  private final GroupFlush flush = GroupFlush.byHand();
  private final StepQueue readers;
  private final StepQueue background;
  private final StepQueue answers =
      new StepQueue(AppliedIndex.MOST_WAITING + TimelyGateway.MOST_UNDER_WAY);
  private final PriorityQueue<Due> alarms = new PriorityQueue<>();
  private final ImageFeed feed;
  private final PartitionLoops owners;
  private final BrokerCore core;
  private final ReplicaCopies copies;
  private final Scrub scrub;

  private record Due(long atMs, Runnable run) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(atMs, other.atMs);
    }
  }

  /**
   * The world around the broker; it outlives it.
   *
   * @param id of the broker
   * @param leaders the way to the others
   * @param quorum as this run of the broker reaches it
   */
  public record Setup(
      int id,
      LeaderDialer leaders,
      int loops,
      Disk disk,
      Path root,
      QuorumGateway quorum,
      SimClock clock,
      TopicDefaults topics,
      CoreSettings.Limits limits) {
    /** Of broker 1, to whom no other answers. */
    public Setup(
        int loops,
        Disk disk,
        Path root,
        QuorumGateway quorum,
        SimClock clock,
        TopicDefaults topics,
        CoreSettings.Limits limits) {
      this(1, new LocalNetwork().dialerOf(1), loops, disk, root, quorum, clock, topics, limits);
    }

    /** Often enough for a test or a simulated minute to meet it. */
    private static final long RETENTION_CHECK_MS = 500;

    /** With bounds that a test seldom reaches. */
    public static CoreSettings.Limits wideLimits() {
      HostingLimits usual = HostingLimits.DEFAULTS;
      HostingLimits hosting =
          new HostingLimits(
              usual.mailbox(),
              usual.produces(),
              usual.fetches(),
              usual.opening(),
              usual.reads(),
              usual.unflushed(),
              RETENTION_CHECK_MS);
      return new CoreSettings.Limits(2, 1, 1, 64 << 20, 64 << 20, MovePace.UNBOUNDED, hosting);
    }
  }

  private OneThreadBroker(Setup setup, LogDirectory directory) throws IOException {
    this.setup = setup;
    this.background = new StepQueue(setup.loops());
    this.readers = new StepQueue(setup.limits().hosting().reads());
    this.storage = new LogStorage(List.of(new LogStorage.Volume(directory, flush)));
    ReplicaLinks links = new ReplicaLinks(setup.leaders(), (delayMs, run) -> alarm(delayMs, run));
    HostingContext context =
        new HostingContext(
            setup.id(),
            setup.clock(),
            new RetentionClock(setup.clock(), setup.quorum()::clusterTime),
            readers,
            new ReadRoom(setup.limits().bytesBeingRead()),
            background,
            storage,
            links,
            setup.limits().hosting(),
            new MovePace(setup.limits().moveBytesPerSecond()),
            new StartSum(),
            new RoleSum());
    IsrChanges isrChanges = new IsrChanges(setup.id(), this::alarm, answers);
    List<PartitionLoop> loops = new ArrayList<>();
    for (int i = 0; i < setup.loops(); i++) {
      loops.add(new PartitionLoop(context, isrChanges, () -> {}));
    }
    owners = new PartitionLoops(loops);
    AppliedIndex applied = new AppliedIndex(answers, this::alarm);
    feed =
        new ImageFeed(
            setup.id(),
            setup.topics(),
            owners,
            applied,
            broken -> {
              throw new AssertionError("the broker would end", broken);
            });
    QuorumGateway timely = new TimelyGateway(setup.quorum(), answers, this::alarm);
    var around = new ServingCore.Surroundings(timely, feed, owners, applied, setup.clock());
    isrChanges.begin(around);
    copies = new ReplicaCopies(links, feed, owners);
    copies.begin();
    core =
        ServingCore.over(
            around,
            new CoreSettings(
                setup.id(),
                "sim",
                List.of(setup.root()),
                setup.topics(),
                SESSION_MS,
                CoreSettings.Disks.UNSCRUBBED,
                setup.limits()));
    scrub = new Scrub(OFTEN, feed::held, owners, setup.clock().monotonicMs());
  }

  /** Opens the directory and follows the quorum; hosts nothing before {@link #register}. */
  public static OneThreadBroker open(Setup setup, UUID directoryIdIfNew) throws IOException {
    LogDirectory directory = LogDirectory.open(setup.disk(), setup.root(), directoryIdIfNew);
    OneThreadBroker broker = new OneThreadBroker(setup, directory);
    setup.quorum().view().follow(broker.feed);
    return broker;
  }

  /** Registers this run, opens its logs and leads its partitions, as a node's start does. */
  public void register(StandInQuorum quorum, UUID run) throws IOException {
    QuorumAnswer answer = quorum.decide(registration(run));
    if (!(answer
        instanceof QuorumAnswer.Decided(long _, MetadataReply.BrokerReply(long brokerEpoch)))) {
      throw new AssertionError("not registered: " + answer);
    }
    settle();
    if (!(quorum.decide(new MetadataCommand.UnfenceBroker(setup.id(), brokerEpoch))
        instanceof QuorumAnswer.Decided)) {
      throw new AssertionError("not unfenced");
    }
    settle();
  }

  /** Begins a run and answers what makes it known to the quorum, with what its disk proves. */
  public MetadataCommand.RegisterBroker registration(UUID run) throws IOException {
    Optional<BrokerImage> before = feed.image().broker(setup.id());
    RunChoice choice =
        RunChoice.of(directory().incarnations(), before.map(BrokerImage::incarnation), run);
    if (directory().incarnations().isEmpty()
        || !directory().incarnations().getFirst().equals(choice.run())) {
      directory().beginIncarnation(choice.run());
    }
    feed.become(choice.incarnation());
    PresentedDirectories disks = PresentedDirectories.of(storage.volumes(), before, feed.image());
    return new MetadataCommand.RegisterBroker(
        setup.id(),
        new BrokerDescription("localhost", 9092, "", "", "", false),
        choice.incarnation(),
        choice.replaces(),
        tokenHash(choice.run()),
        disks.directories(),
        disks.held());
  }

  /** Runs something once every log of which this broker knows now is open, or cannot be. */
  public void whenOpened(Runnable run) {
    owners.whenSettled(run);
  }

  /** Whether the image of this broker knows this run: before that it hosts nothing. */
  public boolean isKnown() {
    return feed.ownRow().isPresent();
  }

  /** What to report next of replicas that the quorum counts on and that are lost, if any is. */
  public Optional<MetadataCommand.ReportLostReplicas> lost() {
    return feed.ownRow().flatMap(row -> LostReplicas.atStart(row, owners.unusable(), feed.image()));
  }

  private LogDirectory directory() {
    return storage.volumes().getFirst().directory();
  }

  /** As a run proves itself to others: 43 characters. */
  public static String tokenHash(UUID run) {
    return run.toString().replace("-", "") + "A".repeat(11);
  }

  /** Who follows the quorum for this broker. */
  ImageFeed feed() {
    return feed;
  }

  /** For those who copy partitions that this broker leads. */
  public ReplicaCopies copies() {
    return copies;
  }

  /** What a door would ask. */
  public BrokerCore core() {
    return core;
  }

  /** How many kinds of step there are: the turns of the loops, then everything else. */
  public int steps() {
    return owners.all().size() + OTHER_STEPS;
  }

  /** How many logs are offline until the next run opens them. */
  public int offline() {
    return storage.offline();
  }

  /** Batches that other replicas gave. */
  public long mendedBatches() {
    return storage.mendedBatches();
  }

  /** Whether a kind of step syncs files. */
  public boolean syncs(int kind) {
    return kind == owners.all().size() + FLUSHES;
  }

  /** Runs one step of a kind; false when there was nothing to run. */
  public boolean step(int kind) {
    int other = kind - owners.all().size();
    return switch (other) {
      case 0 -> readers.step();
      case 1 -> background.step();
      case 2 -> answers.step();
      case FLUSHES -> flush.runRound();
      case 4 -> ring();
      default -> turn(owners.all().get(kind));
    };
  }

  /** Runs one round of the group flush; false when none was asked for. */
  public boolean flush() {
    return flush.runRound();
  }

  /** Opens the logs that were asked for; the loops have not heard of it yet. */
  public void openLogs() {
    while (background.step()) {}
  }

  /** Does all reads that wait; the loops have not heard of them yet. False when there were none. */
  boolean readAll() {
    boolean any = readers.size() > 0;
    while (readers.step()) {}
    return any;
  }

  /** Checkpoints and tidies as the housekeeping thread does. */
  public void tidy() throws IOException {
    directory().reap();
  }

  /** Looks over a part of what is stored, as the scrubbing thread does. */
  public void scrub() {
    scrub.step(setup.clock().monotonicMs());
  }

  /** Another that looks over what is stored, at a pace of its own. */
  Scrub scrubAt(ScrubPace pace) {
    return new Scrub(pace, feed::held, owners, setup.clock().monotonicMs());
  }

  /** Runs everything until nothing is left to do at this moment. */
  public void settle() {
    AtomicBoolean settled = new AtomicBoolean();
    if (owners.all().stream().allMatch(PartitionLoop::isStopped)) {
      settled.set(true);
    } else {
      owners.whenSettled(() -> settled.set(true));
    }
    boolean busy = true;
    int rounds = 0;
    while (busy || !settled.get()) {
      busy = false;
      for (int kind = 0; kind < steps(); kind++) {
        busy |= step(kind);
      }
      if (++rounds > 100_000) {
        throw new AssertionError("does not come to rest");
      }
    }
  }

  /** Lets time pass in small steps, running what is due. */
  public void pass(long ms) {
    long left = ms;
    while (left > 0) {
      long now = Math.min(left, 10);
      setup.clock().advance(now);
      settle();
      left -= now;
    }
  }

  /** An orderly stop: the directory is marked clean. */
  public void stop() throws IOException {
    AtomicBoolean stopped = new AtomicBoolean();
    List<PartitionLoop> left = new ArrayList<>(owners.all());
    for (PartitionLoop loop : owners.all()) {
      loop.stop(() -> stopped.set(left.remove(loop) && left.isEmpty()));
    }
    for (int i = 0; i < 1_000 && !stopped.get(); i++) {
      for (int kind = 0; kind < steps(); kind++) {
        step(kind);
      }
    }
    if (!stopped.get()) {
      throw new AssertionError("does not stop");
    }
    directory().close();
  }

  private boolean turn(PartitionLoop loop) {
    long now = setup.clock().monotonicMs();
    return !loop.isStopped() && loop.turn(now) <= now;
  }

  private Runnable alarm(long delayMs, Runnable run) {
    Due due = new Due(setup.clock().monotonicMs() + delayMs, run);
    alarms.add(due);
    return () -> alarms.remove(due);
  }

  private boolean ring() {
    Due next = alarms.peek();
    if (next == null || next.atMs() > setup.clock().monotonicMs()) {
      return false;
    }
    alarms.remove(next);
    next.run().run();
    return true;
  }
}
