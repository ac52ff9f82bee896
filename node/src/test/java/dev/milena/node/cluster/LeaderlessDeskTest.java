package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.QuorumView;
import dev.milena.broker.core.cluster.VoterStanding;
import dev.milena.broker.core.cluster.VoterStanding.State;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumSettings;
import dev.milena.quorum.ratis.QuorumTuning;
import dev.milena.quorum.ratis.formation.Voter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member that waits for others, and what it says meanwhile. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LeaderlessDeskTest {
  @TempDir private Path folder;

  private static int freePort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return taken.getLocalPort();
    }
  }

  private static <T> T told(DeskOutcome<T> outcome) {
    if (outcome instanceof DeskOutcome.Answered<T>(T answer)) {
      return answer;
    }
    throw new AssertionError("not answered: " + outcome);
  }

  @Test
  void aQuorumThatIsNotFormedIsDescribedByItsNamedVotersAndWhoOfThemAnswers() throws Exception {
    try (Socket deaf = new Socket();
        PeerChannels channels = new PeerChannels("a test")) {
      // bound and not listening: it refuses, and nobody else can have its port
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = freePort();
      List<Voter> voters =
          List.of(new Voter(1, "127.0.0.1", port), new Voter(2, "127.0.0.1", deaf.getLocalPort()));
      try (QuorumServer member =
          QuorumServer.start(
              new QuorumSettings(
                  "test-cluster", 1, voters, "127.0.0.1", port, folder, QuorumTuning.DEFAULT),
              (what, cause) -> {
                throw new AssertionError(what, cause);
              })) {
        QuorumFinder finder =
            new QuorumFinder(1, Optional.of(member), member.view(), channels, Optional::empty);

        QuorumView told = told(new QuorumSketch(1, Optional.of(member), finder).describe());

        assertEquals(OptionalInt.empty(), told.leader());
        assertEquals(1, told.answeredBy());
        assertEquals(QuorumView.LogPlaces.NONE, told.log());
        assertEquals(
            List.of(
                VoterStanding.of(State.ANSWERING),
                new VoterStanding(State.SILENT, "nobody listens there")),
            told.voters().stream().map(VoterView::standing).toList());
        assertEquals("", told.voters().getFirst().directoryId());

        Refusal refusal =
            assertInstanceOf(
                    DeskOutcome.DeskRefused.class,
                    new AuditReader(1, Optional.of(member), finder, new TopicHistory())
                        .page(new AuditCall("", 0, 0, 10)))
                .refusal();
        assertEquals(ErrorKind.QUORUM_UNAVAILABLE, refusal.kind());
        assertTrue(!refusal.message().contains("nothing was changed"), refusal.message());
      }
    }
  }
}
