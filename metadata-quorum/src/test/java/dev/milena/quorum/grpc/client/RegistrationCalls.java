package dev.milena.quorum.grpc.client;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.view.SwitchingView;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Submits as a node does that has no member. */
public final class RegistrationCalls {
  private static final int TIMEOUT_MS = 10_000;

  private RegistrationCalls() {}

  /** Asks one member. */
  public static QuorumAnswer submit(
      PeerChannels channels, PeerIdentity self, PeerAddress member, MetadataCommand command)
      throws Exception {
    try (RemoteQuorum remote =
        new RemoteQuorum(
            new PeerCalls(channels, self),
            () -> List.of(member),
            new SwitchingView(),
            0,
            failure -> {
              throw new AssertionError("fatal", failure);
            })) {
      return remote
          .submit(command, TestQuorum.ORIGIN, TIMEOUT_MS)
          .toCompletableFuture()
          .get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
  }
}
