package dev.milena.broker.core.serving;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.copy.ReplicaLinks;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.hosting.HostingContext;
import dev.milena.broker.core.hosting.IsrRequests;
import dev.milena.broker.core.hosting.LogFailure;
import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.broker.core.hosting.LoopThread;
import dev.milena.broker.core.hosting.MovePace;
import dev.milena.broker.core.hosting.PartitionLoop;
import dev.milena.broker.core.hosting.ReadRoom;
import dev.milena.broker.core.hosting.RetentionClock;
import dev.milena.broker.core.hosting.RoleSum;
import dev.milena.broker.core.hosting.StartSum;
import dev.milena.broker.core.stalls.StallAges;
import dev.milena.broker.core.stalls.StallRules;
import dev.milena.broker.core.stalls.StallWatch;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.disk.Disk;
import dev.milena.log.disk.MarkedDisk;
import dev.milena.log.disk.OutstandingCalls;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the broker's core, starts it, and stops it in the reverse order.
 *
 * <pre>
 *   open      log directories, threads, loops, feed; nothing is hosted
 *   register  the cluster knows this run, logs are open, partitions are led; serve from here on
 *   handOver  what others can lead moves to them
 *   leave     this run is fenced
 *   close     waiting requests are answered, logs are flushed, directories are marked clean
 * </pre>
 */
@OwnedBy(Owner.CREATOR)
public final class CoreWiring implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoreWiring.class);
  private static final long STOP_MS = 20_000;

  private final CoreSettings settings;
  private final CoreThreads threads;
  private final HostingContext context;
  private final List<LoopThread> loopThreads;
  private final ServingCore.Surroundings around;
  private final ServingCore core;
  private final BrokerDeparture departure;
  private final Housekeeping housekeeping;
  private final Scrub scrub;
  private final ReplicaCopies copies;
  private final Consumer<? super Throwable> fatal;
  private final StallWatch stalls;

  private CoreWiring(
      CoreSettings settings,
      QuorumGateway gateway,
      LeaderDialer leaders,
      LogStorage storage,
      List<StallWatch.Directory> disks,
      Consumer<? super Throwable> fatal) {
    BrokerClock clock = new SystemClock();
    this.settings = settings;
    this.fatal = fatal;
    this.threads = new CoreThreads(settings.limits(), settings.logDirs().size());
    this.housekeeping = new Housekeeping(storage.volumes(), threads.housekeeping());
    ReplicaLinks links =
        new ReplicaLinks(leaders, (delayMs, run) -> threads.alarm().after(delayMs, run));
    this.context =
        new HostingContext(
            settings.self(),
            clock,
            new RetentionClock(clock, gateway::clusterTime),
            threads.readers(),
            new ReadRoom(settings.limits().bytesBeingRead()),
            threads.background(),
            storage,
            links,
            settings.limits().hosting(),
            new MovePace(settings.limits().moveBytesPerSecond()),
            new StartSum(),
            new RoleSum());
    IsrChanges isrChanges = new IsrChanges(settings.self(), threads.alarm(), threads.answers());
    this.loopThreads = loopThreads(settings.limits().loops(), context, isrChanges, fatal);
    PartitionLoops loops = new PartitionLoops(loopThreads.stream().map(LoopThread::loop).toList());
    AppliedIndex applied = new AppliedIndex(threads.answers(), threads.alarm());
    ImageFeed feed = new ImageFeed(settings.self(), settings.topics(), loops, applied, fatal);
    this.copies = new ReplicaCopies(links, feed, loops);
    this.scrub = new Scrub(settings.disks().scrub(), feed::held, loops, clock.monotonicMs());
    QuorumGateway timely = new TimelyGateway(gateway, threads.answers(), threads.alarm());
    this.around = new ServingCore.Surroundings(timely, feed, loops, applied, clock);
    isrChanges.begin(around);
    this.core = ServingCore.over(around, settings);
    this.departure = new BrokerDeparture(settings.self(), around);
    this.stalls =
        new StallWatch(
            new StallWatch.Watched(disks, loopThreads),
            new StallRules(settings.disks().stallMs(), CoreThreads::servesOneDirectory),
            new Stalls(),
            clock);
  }

  /**
   * Opens the log directories and starts the threads; hosts nothing yet.
   *
   * @param disk the disk that the directories are on
   * @param leaders opens streams to brokers whose partitions are copied here
   * @param fatal told on any thread when the broker cannot go on; it must end the process
   * @throws IOException when a directory cannot be used; the message names the file
   */
  public static CoreWiring open(
      CoreSettings settings,
      Disk disk,
      QuorumGateway gateway,
      LeaderDialer leaders,
      Consumer<? super Throwable> fatal)
      throws IOException {
    List<LogStorage.Volume> volumes = new ArrayList<>();
    List<StallWatch.Directory> disks = new ArrayList<>();
    try {
      for (Path root : settings.logDirs()) {
        OutstandingCalls calls = new OutstandingCalls(new SystemClock()::monotonicMs);
        disks.add(new StallWatch.Directory(root, calls));
        volumes.add(
            volume(
                LogDirectory.open(new MarkedDisk(disk, calls), root, UUID.randomUUID()),
                volumes.size(),
                settings.limits()));
      }
      CoreWiring wiring =
          new CoreWiring(settings, gateway, leaders, new LogStorage(volumes), disks, fatal);
      wiring.start();
      return wiring;
    } catch (IOException | RuntimeException failed) {
      try {
        closeAll(volumes.iterator());
      } catch (IOException later) {
        failed.addSuppressed(later);
      }
      throw failed;
    }
  }

  /** What the doors ask. Calls before {@link #register} are refused with a retriable error. */
  public BrokerCore core() {
    return core;
  }

  /** For whoever serves brokers that copy partitions which this one leads. */
  public ReplicaCopies copies() {
    return copies;
  }

  /** By what time retention goes. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public RetentionClock retention() {
    return context.retention();
  }

  /** What was done since the start. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public CoreTotals totals() {
    LogStorage storage = context.storage();
    return new CoreTotals(
        scrub.bytes(), storage.mendedBatches(), storage.syncs(), context.links().totals());
  }

  /** How the log directories are, in the order of log.dirs. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public List<DirectoryHealth> directories() {
    return context.storage().health(housekeeping.lost());
  }

  /** For how long disks and loops have been silent. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  public StallAges stalls() {
    return stalls.ages();
  }

  /**
   * Makes this run known to the cluster and returns when its partitions are served.
   *
   * @throws RegistrationRefused when the cluster says no, or a disk is too slow
   * @throws IOException when this run's id cannot be written to a log directory
   */
  public void register(Registrant who, long timeoutMs)
      throws RegistrationRefused, IOException, InterruptedException {
    new BrokerRegistration(settings.self(), around, context.start(), timeoutMs)
        .run(who, context.storage());
    core.stockUp();
    reportStrays();
  }

  /** Begins a controlled shutdown: what others can lead moves to them. Clients are still served. */
  public void handOver() throws InterruptedException {
    departure.handOver();
  }

  /**
   * Ends it: the broker is fenced and leads nothing any more. After the last client was answered.
   */
  public void leave() throws InterruptedException {
    departure.leave();
  }

  /**
   * Stops in good order: what waits is answered, what is written is flushed.
   *
   * @throws IOException when a directory could not be let go in order; the others were. The first
   *     failure is thrown, what failed after it is in its suppressed ones. Also when a log has
   *     failed, now or earlier, or a disk hangs: what was not flushed is lost then, or in doubt
   */
  @Override
  public void close() throws IOException, InterruptedException {
    stalls.close();
    boolean stopped = stopLoops();
    copies.close();
    housekeeping.stop();
    stopped &= threads.close();
    scrub.stop();
    if (stopped) {
      closeAll(context.storage().volumes().iterator());
    }
    // Else somebody hangs on a disk and still uses them: they end with the process, unmarked.
    log.atInfo().addKeyValue("clean", stopped).log("broker core has stopped");
    requireFlushed(stopped);
  }

  private void requireFlushed(boolean stopped) throws IOException {
    if (!stopped) {
      throw new IOException(
          "the broker did not stop in %s s, so what was not flushed may be lost; look for a slow disk"
              .formatted(STOP_MS / 1_000));
    }
    TreeMap<String, String> broken = new TreeMap<>();
    for (DirectoryHealth directory : context.storage().health(new TreeMap<>())) {
      directory
          .failed()
          .forEach((name, failure) -> {
            if (failure.kind() == LogFailure.Kind.BROKEN) {
              broken.put(directory.root().resolve(name).toString(), failure.reason());
            }
          });
    }
    if (!broken.isEmpty()) {
      String more = broken.size() == 1 ? "" : " (and %s more)".formatted(broken.size() - 1);
      throw new IOException(
          "the log %s%s has failed: %s; what was not flushed of it may be lost; check the disk"
              .formatted(broken.firstKey(), more, broken.firstEntry().getValue()));
    }
  }

  private boolean stopLoops() throws InterruptedException {
    long deadlineMs = around.clock().monotonicMs() + STOP_MS;
    boolean stopped = around.loops().stop(STOP_MS);
    for (LoopThread thread : loopThreads) {
      stopped &= thread.join(Math.max(1, deadlineMs - around.clock().monotonicMs()));
    }
    return stopped;
  }

  /** Each is closed whatever becomes of the others, the last first, as try-with-resources does. */
  private static void closeAll(Iterator<LogStorage.Volume> volumes) throws IOException {
    if (volumes.hasNext()) {
      LogStorage.Volume volume = volumes.next();
      try (LogDirectory _ = volume.directory();
          GroupFlush _ = volume.flush()) {
        closeAll(volumes);
      }
    }
  }

  private void start() {
    loopThreads.forEach(LoopThread::start);
    stalls.start();
    copies.begin();
    var _ =
        threads
            .timer()
            .scheduleWithFixedDelay(
                this::tick, Housekeeping.PERIOD_MS, Housekeeping.PERIOD_MS, TimeUnit.MILLISECONDS);
    if (settings.disks().scrub().isOn()) {
      var _ =
          threads
              .timer()
              .scheduleWithFixedDelay(
                  this::scrubStep, Scrub.STEP_MS, Scrub.STEP_MS, TimeUnit.MILLISECONDS);
    }
    QuorumGateway gateway = around.gateway();
    gateway
        .view()
        .follow((index, delta, image) -> {
          around.feed().onApplied(index, delta, image);
          gateway.acknowledge(index);
        });
  }

  private void scrubStep() {
    try {
      threads.scrub().execute(() -> scrub.step(around.clock().monotonicMs()));
    } catch (RejectedExecutionException busy) {
      // two steps wait for a disk: this one is left out
    }
  }

  private void tick() {
    housekeeping.tick();
    context.retention().look();
    List<DirectoryHealth> directories = directories();
    if (directories.stream().allMatch(DirectoryHealth::isUnusable)) {
      // It can keep nothing, and whoever waits for it does so in vain.
      fatal.accept(new LogDirectoriesLost(directories));
    }
  }

  /** What is done about disks and loops that are silent. */
  private final class Stalls implements StallWatch.Acts {
    @Override
    public void giveUp(Path root, String reason) {
      context.storage().giveUp(root, reason);
      around.loops().directoryGivenUp();
    }

    @Override
    public void end(Exception why) {
      fatal.accept(why);
    }

    @Override
    public Executor logging() {
      return threads.timer();
    }
  }

  private static LogStorage.Volume volume(
      LogDirectory directory, int number, CoreSettings.Limits limits) {
    String name = CoreThreads.FLUSH + number;
    return new LogStorage.Volume(directory, GroupFlush.threaded(name, limits.flushThreads()));
  }

  private static List<LoopThread> loopThreads(
      int count, HostingContext context, IsrRequests isr, Consumer<? super Throwable> fatal) {
    List<LoopThread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          new LoopThread(
              "partitions-" + i,
              context.clock(),
              bell -> new PartitionLoop(context, isr, bell),
              fatal));
    }
    return threads;
  }

  /** None is ever deleted on a guess: deleting is what a deletion is for. */
  private void reportStrays() {
    StrayLogs.of(around.feed().image(), settings.self(), context.storage().logs())
        .forEach((name, what) -> log.atWarn().addKeyValue("log", name).log(what));
  }
}
