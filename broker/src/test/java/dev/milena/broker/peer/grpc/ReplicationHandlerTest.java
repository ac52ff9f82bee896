package dev.milena.broker.peer.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.serving.OneThreadBroker;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.TopicDefaults;
import dev.milena.log.disk.SimDisk;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.peer.v1.FollowerMessage;
import dev.milena.proto.peer.v1.FollowerWord;
import dev.milena.proto.peer.v1.LeaderMessage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplicationHandlerTest {
  private final StandInQuorum quorum = new StandInQuorum(1);
  private final OneThreadBroker broker;
  private Optional<FollowerProof> caller = Optional.empty();
  private final ReplicationHandler handler;
  private final Outbound out = new Outbound();

  ReplicationHandlerTest() throws IOException {
    SimClock clock = new SimClock();
    quorum.timeIs(clock::asClusters);
    broker =
        OneThreadBroker.open(
            new OneThreadBroker.Setup(
                1,
                new SimDisk(1),
                Path.of("logs"),
                quorum,
                clock,
                new TopicDefaults(
                    1, new ReplicaPlan.ByRule(1), TopicImage.BY_RULE, new TreeMap<>(), 86_400_000),
                OneThreadBroker.Setup.wideLimits()),
            new UUID(0, 1));
    broker.register(quorum, new UUID(1, 1));
    handler = new ReplicationHandler(broker.copies(), () -> caller);
  }

  /** gRPC's end of a call, which notes what it was told. */
  private static final class Outbound extends ServerCallStreamObserver<LeaderMessage> {
    private final List<Status> ends = new ArrayList<>();

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      // nobody cancels
    }

    @Override
    public void setCompression(String compression) {
      // not asked for
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      // always ready
    }

    @Override
    public void request(int count) {
      // all come by themselves
    }

    @Override
    public void setMessageCompression(boolean enable) {
      // not asked for
    }

    @Override
    public void disableAutoInboundFlowControl() {
      // not asked for
    }

    @Override
    public void onNext(LeaderMessage message) {
      throw new AssertionError("nothing is to be said: " + message);
    }

    @Override
    public void onError(Throwable failure) {
      ends.add(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      ends.add(Status.OK);
    }
  }

  private static FollowerMessage message(FollowerWord.Builder word) {
    return FollowerMessage.newBuilder().addWords(word).build();
  }

  private void assertTurnedAway() {
    StreamObserver<FollowerMessage> in = handler.copy(out);

    assertEquals(
        "only a registered broker may copy; this one does not know the caller",
        out.ends.getFirst().getDescription());
    assertEquals(Status.Code.UNAUTHENTICATED, out.ends.getFirst().getCode());
    in.onNext(message(FollowerWord.newBuilder().setCreditBytes(-1)));
    in.onCompleted();
    assertEquals(1, out.ends.size(), "it has its answer");
  }

  @Test
  void whoShowsNothingIsTurnedAway() {
    assertTurnedAway();
  }

  @Test
  void whoShowsATokenOfNobodyIsTurnedAway() {
    caller = Optional.of(new FollowerProof(1, "A".repeat(43)));
    assertTurnedAway();
  }

  @Test
  void aWordThatIsNoneEndsTheStreamAndIsNamed() {
    String token = quorum.image().broker(1).map(BrokerImage::tokenHash).orElseThrow();
    caller = Optional.of(new FollowerProof(1, token));
    StreamObserver<FollowerMessage> in = handler.copy(out);
    assertTrue(out.ends.isEmpty());

    in.onNext(
        message(
            FollowerWord.newBuilder()
                .setTopicId(ByteString.copyFrom(new byte[16]))
                .setCreditBytes(-1)));

    assertEquals(Status.Code.INVALID_ARGUMENT, out.ends.getFirst().getCode());
    assertEquals("credit_bytes is -1, at least 1", out.ends.getFirst().getDescription());
    in.onNext(message(FollowerWord.newBuilder().setCreditBytes(-1)));
    assertEquals(1, out.ends.size(), "what comes after it is not looked at");
  }
}
