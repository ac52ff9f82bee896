package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How a start ends when the quorum does not do its part. */
class RegistrationTest extends CoreOnThreads {
  private static final long WITHIN_MS = 300;

  @Test
  void quorumThatNeverAnswersIsNotWaitedForWithoutEnd() throws Exception {
    try (CoreWiring core = opened(new JdkDisk(), new SilentQuorum())) {
      RegistrationRefused told =
          assertThrows(
              RegistrationRefused.class,
              () -> core.register(Registrant.alone("127.0.0.1", 9092, ""), WITHIN_MS));
      assertTrue(told.toString().contains("no leader"), told.toString());
    }
  }

  @Test
  void aRunWhoseDisksProveNothingWaitsUntilTheOneBeforeIsFenced() throws Exception {
    RefusalsSeen seen = new RefusalsSeen();
    try (CoreWiring _ = started(new JdkDisk());
        CoreWiring emptied = openedIn("elsewhere", new JdkDisk(), seen)) {
      IncarnationId before = quorum.image().broker(1).orElseThrow().incarnation();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread start =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  emptied.register(
                      Registrant.alone("127.0.0.1", 9093, ""), TimeUnit.SECONDS.toMillis(SECONDS));
                } catch (RegistrationRefused | IOException | InterruptedException no) {
                  failure.set(no);
                }
              });
      // One that gives up does so now; whether it did, its failure says in the end.
      assertTrue(seen.first.await(SECONDS, TimeUnit.SECONDS), () -> "not refused: " + failure);
      assertEquals(before, quorum.image().broker(1).orElseThrow().incarnation());

      quorum.decide(
          new MetadataCommand.FenceBroker(1, quorum.image().broker(1).orElseThrow().brokerEpoch()));
      start.join(TimeUnit.SECONDS.toMillis(SECONDS));

      assertFalse(start.isAlive());
      assertNull(failure.get());
      assertEquals(9093, quorum.image().broker(1).orElseThrow().port());
    }
  }

  /** The quorum, and word of the first refusal that somebody was given by it. */
  private final class RefusalsSeen implements QuorumGateway {
    private final CountDownLatch first = new CountDownLatch(1);

    @Override
    public CompletionStage<QuorumAnswer> submit(
        MetadataCommand command, CommandOrigin origin, long timeoutMs) {
      return quorum
          .submit(command, origin, timeoutMs)
          .thenApply(answer -> {
            if (answer instanceof QuorumAnswer.Refused) {
              first.countDown();
            }
            return answer;
          });
    }

    @Override
    public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
      return quorum.readIndex(timeoutMs);
    }

    @Override
    public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
      return quorum.awaitSpread(index, timeoutMs);
    }

    @Override
    public void announce(RunStanding standing) {
      quorum.announce(standing);
    }

    @Override
    public void acknowledge(long index) {
      quorum.acknowledge(index);
    }

    @Override
    public Optional<ClusterTime> clusterTime() {
      return quorum.clusterTime();
    }

    @Override
    public MetadataView view() {
      return quorum.view();
    }
  }

  /** Breaks the promise that every stage completes. */
  private final class SilentQuorum implements QuorumGateway {
    @Override
    public CompletionStage<QuorumAnswer> submit(
        MetadataCommand command, CommandOrigin origin, long timeoutMs) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
      throw new AssertionError("nothing is changed here");
    }

    @Override
    public void announce(RunStanding standing) {
      throw new AssertionError("nobody registers here");
    }

    @Override
    public void acknowledge(long index) {
      // a quorum that does not listen
    }

    @Override
    public Optional<ClusterTime> clusterTime() {
      return quorum.clusterTime();
    }

    @Override
    public MetadataView view() {
      return quorum;
    }
  }
}
