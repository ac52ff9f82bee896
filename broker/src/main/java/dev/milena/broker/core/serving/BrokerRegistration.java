package dev.milena.broker.core.serving;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this run of the broker known to the cluster, in this order: register (fenced: it leads
 * nothing), open every log, unfence (it leads), take the leaders' roles. So no partition is led
 * before it can be served. Blocks; used once, by the thread that starts the node.
 */
@OwnedBy(Owner.CREATOR)
final class BrokerRegistration {
  private static final Logger log = LoggerFactory.getLogger(BrokerRegistration.class);
  private static final long SUBMIT_MS = 5_000;
  private static final long PAUSE_MS = 100;

  private final int self;
  private final QuorumGateway gateway;
  private final AppliedIndex applied;
  private final PartitionLoops loops;
  private final BrokerClock clock;

  BrokerRegistration(
      int self,
      QuorumGateway gateway,
      AppliedIndex applied,
      PartitionLoops loops,
      BrokerClock clock) {
    this.self = self;
    this.gateway = gateway;
    this.applied = applied;
    this.loops = loops;
    this.clock = clock;
  }

  /**
   * Registers and returns when every partition of this broker is open and led, or cannot be.
   *
   * @throws RegistrationRefused when the cluster says no, or does not answer in time
   */
  void run(MetadataCommand.RegisterBroker register, long timeoutMs)
      throws RegistrationRefused, InterruptedException {
    long deadlineMs = clock.monotonicMs() + timeoutMs;
    long startMs = clock.monotonicMs();
    QuorumAnswer.Decided registered = decided(register, deadlineMs);
    settle(registered.index(), deadlineMs);
    long openedMs = clock.monotonicMs();
    if (!(registered.reply() instanceof MetadataReply.BrokerReply(long brokerEpoch))) {
      throw new RegistrationRefused("the quorum answered a registration with " + registered);
    }
    QuorumAnswer.Decided unfenced =
        decided(new MetadataCommand.UnfenceBroker(self, brokerEpoch), deadlineMs);
    settle(unfenced.index(), deadlineMs);
    log.atInfo()
        .addKeyValue("broker", self)
        .addKeyValue("incarnation", register.incarnation())
        .addKeyValue("registerAndOpenMs", openedMs - startMs)
        .addKeyValue("unfenceMs", clock.monotonicMs() - openedMs)
        .log("broker is registered and leads its partitions");
  }

  /** Asks until the quorum decides: it may still be electing its own leader. */
  private QuorumAnswer.Decided decided(MetadataCommand command, long deadlineMs)
      throws RegistrationRefused, InterruptedException {
    String lastWord = "no answer";
    while (true) {
      long leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) {
        throw new RegistrationRefused(
            "the metadata quorum did not register broker " + self + " in time: " + lastWord);
      }
      switch (ask(command, Math.min(leftMs, SUBMIT_MS))) {
        case QuorumAnswer.Decided decided -> {
          return decided;
        }
        case QuorumAnswer.Refused(long _, Decision.Refused refusal) ->
            throw new RegistrationRefused(refusal.message());
        case QuorumAnswer.Unavailable(String why) -> lastWord = why;
        // Registering and unfencing twice come to the same.
        case QuorumAnswer.TimedOut() -> lastWord = "the last attempt timed out";
      }
      TimeUnit.MILLISECONDS.sleep(Math.min(PAUSE_MS, leftMs));
    }
  }

  private QuorumAnswer ask(MetadataCommand command, long timeoutMs) throws InterruptedException {
    try {
      return gateway
          .submit(command, CommandOrigin.ofBroker(self), timeoutMs)
          .toCompletableFuture()
          .get();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a gateway answers normally, always", broken);
    }
  }

  /** Waits until this broker's image is at an index and every log that it wants is open. */
  private void settle(long index, long deadlineMs)
      throws RegistrationRefused, InterruptedException {
    CountDownLatch settled = new CountDownLatch(1);
    applied.await(
        index,
        Math.max(1, deadlineMs - clock.monotonicMs()),
        there -> {
          if (there) {
            loops.whenSettled(settled::countDown);
          }
        });
    if (!settled.await(Math.max(1, deadlineMs - clock.monotonicMs()), TimeUnit.MILLISECONDS)) {
      throw new RegistrationRefused(
          "broker " + self + " did not open its logs in time; look for a slow disk");
    }
  }

  /** The run before this one, as the log directories remember it. */
  static IncarnationId incarnationOf(UUID id) {
    return new IncarnationId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
