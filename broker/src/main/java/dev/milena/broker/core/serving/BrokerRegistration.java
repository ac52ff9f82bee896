package dev.milena.broker.core.serving;

import dev.milena.broker.core.RunStanding;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.broker.core.hosting.OpenedLogs;
import dev.milena.broker.core.hosting.StartSum;
import dev.milena.log.LogDirectory;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this run of the broker known to the cluster, in this order: ask what the quorum knows,
 * write this run's id to the disks, register (fenced: it leads nothing), open every log, report
 * those that were lost, say that it is ready, be unfenced (it leads), take the leaders' roles. So
 * no partition is led before it can be served. Blocks; used once, by the thread that starts the
 * node.
 */
@OwnedBy(Owner.CREATOR)
final class BrokerRegistration {
  private static final Logger log = LoggerFactory.getLogger(BrokerRegistration.class);
  private static final long SUBMIT_MS = 5_000;

  /** Short: a node may find that it has no vote and must ask others. */
  private static final long ASK_MS = 1_000;

  private static final long PAUSE_MS = 5;

  /** An index that every image has reached. */
  private static final long NOW = -1;

  private static final long GRACE_MS = 500;

  /** Longer than the session of a broker that has died (broker.session.timeout.ms). */
  private static final long IN_USE_MS = 10_000;

  private static final long ASK_AGAIN_MS = 250;

  private final int self;
  private final ServingCore.Surroundings around;
  private final StartSum start;
  private final BrokerClock clock;
  private final long timeoutMs;
  private final long deadlineMs;

  BrokerRegistration(int self, ServingCore.Surroundings around, StartSum start, long timeoutMs) {
    this.start = start;
    this.self = self;
    this.around = around;
    this.clock = around.clock();
    this.timeoutMs = timeoutMs;
    this.deadlineMs = clock.monotonicMs() + timeoutMs;
  }

  /**
   * Registers and returns when every partition of this broker is open and led, or cannot be.
   *
   * @throws RegistrationRefused when the cluster says no, or does not answer in time
   * @throws IOException when this run's id cannot be written to a log directory
   */
  void run(Registrant who, LogStorage storage)
      throws RegistrationRefused, IOException, InterruptedException {
    long startMs = clock.monotonicMs();
    catchUp();
    Optional<BrokerImage> before = around.feed().image().broker(self);
    RunChoice run =
        RunChoice.ofDirectories(
            storage.volumes().stream().map(volume -> volume.directory().incarnations()).toList(),
            before.map(BrokerImage::incarnation),
            UUID.randomUUID());
    begin(run, storage);
    around.feed().become(run.incarnation());
    PresentedDirectories disks =
        PresentedDirectories.of(storage.volumes(), before, around.feed().image());
    QuorumAnswer.Decided registered =
        registered(
            new MetadataCommand.RegisterBroker(
                self,
                who.description(),
                run.incarnation(),
                run.replaces(),
                who.credentials().begin(run.incarnation()),
                disks.directories(),
                disks.held()));
    around.gateway().announce(new RunStanding(run.incarnation(), false, false));
    settle(registered.index());
    tell(start.tell(), storage.offline());
    reportLost();
    long openedMs = clock.monotonicMs();
    around.gateway().announce(new RunStanding(run.incarnation(), true, false));
    awaitUnfenced();
    start.end();
    log.atInfo()
        .addKeyValue("broker", self)
        .addKeyValue("incarnation", run.incarnation())
        .addKeyValue("registerAndOpenMs", openedMs - startMs)
        .addKeyValue("unfenceMs", clock.monotonicMs() - openedMs)
        .log("broker is registered and leads its partitions");
  }

  private static void tell(OpenedLogs opened, int offline) {
    log.atInfo()
        .addKeyValue("logs", opened.logs())
        .addKeyValue("createdLogs", opened.created())
        .addKeyValue("cutLogs", opened.cut())
        .addKeyValue("offlineLogs", offline)
        .addKeyValue("scannedBytes", opened.bytes().scanned())
        .addKeyValue("walkedBytes", opened.bytes().walked())
        .addKeyValue("mendedFiles", opened.mendedFiles())
        .addKeyValue("ms", opened.ms())
        .log("opened the logs");
  }

  /** Before it is let in, so that no log is led or counted on that lost what it had. */
  private void reportLost() throws RegistrationRefused, InterruptedException {
    while (true) {
      Optional<MetadataCommand.ReportLostReplicas> report =
          around
              .feed()
              .ownRow()
              .flatMap(row ->
                  LostReplicas.atStart(row, around.loops().unusable(), around.feed().image()));
      if (report.isEmpty()) {
        return;
      }
      log.atError()
          .addKeyValue("count", report.get().partitions().size())
          .addKeyValue("first", report.get().partitions().getFirst())
          .log(
              "replicas are lost and count no more; their logs are offline, the log above says why");
      settle(decided(report.get()).index());
    }
  }

  /** The image must be as new as this start before it says which run is registered. */
  private void catchUp() throws RegistrationRefused, InterruptedException {
    while (true) {
      long leftMs = leftMs("the metadata quorum has no leader");
      ReadAnswer none = new ReadAnswer.Unavailable("no answer");
      long askMs = Math.min(leftMs, ASK_MS);
      ReadAnswer answer = answerOf(around.gateway().readIndex(askMs), 2 * askMs, none);
      if (answer instanceof ReadAnswer.CaughtUp(long index)) {
        settle(index);
        return;
      }
      pause();
    }
  }

  private static void begin(RunChoice run, LogStorage storage) throws IOException {
    for (LogStorage.Volume volume : storage.volumes()) {
      LogDirectory directory = volume.directory();
      if (!directory.incarnations().stream().findFirst().equals(Optional.of(run.run()))) {
        directory.beginIncarnation(run.run());
      }
    }
  }

  /**
   * The quorum's leader lets this run in; its partitions are led when the loops have heard of it.
   */
  private void awaitUnfenced() throws RegistrationRefused, InterruptedException {
    while (around.feed().ownRow().filter(row -> !row.fenced()).isEmpty()) {
      var _ = leftMs("the leader of the metadata quorum has not let it in");
      pause();
    }
    settle(NOW);
  }

  /**
   * Asks until the quorum decides: it may still be electing its own leader. A run whose disks do
   * not prove that it is the broker of this id waits a while for the one that is up: if that has
   * died, the quorum's leader finds out and fences it.
   */
  private QuorumAnswer.Decided registered(MetadataCommand.RegisterBroker command)
      throws RegistrationRefused, InterruptedException {
    long patientUntilMs = Math.min(clock.monotonicMs() + IN_USE_MS, deadlineMs - GRACE_MS);
    while (true) {
      switch (ask(command)) {
        case QuorumAnswer.Decided decided -> {
          return decided;
        }
        case QuorumAnswer.Refused(long _, Decision.Refused refusal) -> {
          if (refusal.reason() != RefusalReason.BROKER_ID_IN_USE
              || clock.monotonicMs() >= patientUntilMs) {
            throw new RegistrationRefused(refusal.message());
          }
          awaitFenced(refusal, patientUntilMs);
        }
        // Registering one run twice comes to the same as once.
        case QuorumAnswer.Unavailable _, QuorumAnswer.TimedOut _ -> pause();
      }
    }
  }

  /** Returns when this broker's row is not another's that is up any more, or the time is over. */
  private void awaitFenced(Decision.Refused refusal, long untilMs) throws InterruptedException {
    log.atInfo()
        .addKeyValue("broker", self)
        .addKeyValue("waitMs", untilMs - clock.monotonicMs())
        .log(
            "waits for the broker of this id to be fenced, in case it is over: {}",
            refusal.message());
    long nextMs = clock.monotonicMs() + ASK_AGAIN_MS;
    while (clock.monotonicMs() < nextMs || (isInUse() && clock.monotonicMs() < untilMs)) {
      pause();
    }
  }

  private boolean isInUse() {
    return around.feed().image().broker(self).filter(row -> !row.fenced()).isPresent();
  }

  /** Asks until the quorum decides. Every command of a start comes to the same twice as once. */
  private QuorumAnswer.Decided decided(MetadataCommand command)
      throws RegistrationRefused, InterruptedException {
    while (true) {
      switch (ask(command)) {
        case QuorumAnswer.Decided decided -> {
          return decided;
        }
        case QuorumAnswer.Refused(long _, Decision.Refused refusal) ->
            throw new RegistrationRefused(refusal.message());
        case QuorumAnswer.Unavailable _, QuorumAnswer.TimedOut _ -> pause();
      }
    }
  }

  private QuorumAnswer ask(MetadataCommand command)
      throws RegistrationRefused, InterruptedException {
    long leftMs = leftMs("the metadata quorum did not decide");
    return answerOf(
        around.gateway().submit(command, CommandOrigin.ofBroker(self), leftMs),
        leftMs,
        new QuorumAnswer.TimedOut());
  }

  private long leftMs(String why) throws RegistrationRefused {
    long leftMs = deadlineMs - clock.monotonicMs();
    if (leftMs <= 0) {
      throw new RegistrationRefused(
          "broker %s could not register in %s s: %s; look whether most of the quorum's voters run and reach each other, and start it again"
              .formatted(self, timeoutMs / 1_000, why));
    }
    return Math.min(leftMs, SUBMIT_MS);
  }

  private static void pause() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("while waiting for the metadata quorum");
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
  }

  /** A gateway keeps its time; a start that relied on it would hang without a word. */
  private static <T> T answerOf(CompletionStage<T> stage, long timeoutMs, T ifNone)
      throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(timeoutMs + GRACE_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      return ifNone;
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a gateway answers normally, always", broken);
    }
  }

  /** Waits until this broker's image is at an index and every log that it wants is open. */
  private void settle(long index) throws RegistrationRefused, InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    CountDownLatch settled = new CountDownLatch(1);
    around
        .applied()
        .await(
            index,
            leftToDeadlineMs(),
            shown -> {
              if (shown == AppliedIndex.Outcome.THERE) {
                there.countDown();
                around.loops().whenSettled(settled::countDown);
              }
            });
    if (!there.await(leftToDeadlineMs(), TimeUnit.MILLISECONDS)) {
      throw new RegistrationRefused(
          "broker %s did not get the metadata up to index %s in time; look whether it reaches the quorum's voters"
              .formatted(self, index));
    }
    if (!settled.await(leftToDeadlineMs(), TimeUnit.MILLISECONDS)) {
      throw new RegistrationRefused(
          "broker %s did not open its logs in time; look for a slow disk".formatted(self));
    }
  }

  private long leftToDeadlineMs() {
    return Math.max(1, deadlineMs - clock.monotonicMs());
  }
}
