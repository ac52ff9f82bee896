package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    public MetadataView view() {
      return quorum;
    }
  }
}
