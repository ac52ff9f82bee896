package dev.milena.broker.peer.grpc;

import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.proto.peer.v1.FollowerMessage;
import dev.milena.proto.peer.v1.LeaderMessage;
import dev.milena.proto.peer.v1.LeaderWord;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Opens streams to leaders over gRPC. */
public final class GrpcLeaderDialer implements LeaderDialer {
  private final IntFunction<Optional<Channel>> channels;

  /**
   * @param channels to a registered broker, with calls that say who this one is; none once this
   *     node closes its connections, which it does while its partitions are served still
   */
  public GrpcLeaderDialer(IntFunction<Optional<Channel>> channels) {
    this.channels = channels;
  }

  @Override
  public Stream dial(int leader, Ear ear) {
    Optional<Channel> channel = channels.apply(leader);
    CopyCall call = new CopyCall(ear);
    if (channel.isPresent()) {
      var _ =
          ClientCalls.asyncBidiStreamingCall(
              channel.get().newCall(CopyMethod.DESCRIPTOR, CallOptions.DEFAULT), call);
    } else {
      ear.ended(
          "there is no way to broker %s: it is not registered, or this node is stopping"
              .formatted(leader));
    }
    return call;
  }

  /** One stream. gRPC calls it on its network thread. */
  private static final class CopyCall
      implements Stream, ClientResponseObserver<FollowerMessage, LeaderMessage> {
    private final Ear ear;
    private volatile @Nullable ClientCallStreamObserver<FollowerMessage> call;

    CopyCall(Ear ear) {
      this.ear = ear;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FollowerMessage> stream) {
      call = stream;
      stream.setOnReadyHandler(ear::ready);
    }

    @Override
    public boolean isReady() {
      ClientCallStreamObserver<FollowerMessage> open = call;
      return open != null && open.isReady();
    }

    @Override
    public void send(List<FollowerWord> words) {
      ClientCallStreamObserver<FollowerMessage> open = call;
      if (open != null) {
        FollowerMessage.Builder message = FollowerMessage.newBuilder();
        words.forEach(word -> message.addWords(CopyMessages.of(word)));
        open.onNext(message.build());
      }
    }

    @Override
    public void cancel(String why) {
      ClientCallStreamObserver<FollowerMessage> open = call;
      if (open != null) {
        open.cancel(why, null);
      }
    }

    @Override
    public void onNext(LeaderMessage message) {
      try {
        for (LeaderWord word : message.getWordsList()) {
          ear.heard(CopyMessages.read(word));
        }
      } catch (CopyMessages.NoWord malformed) {
        cancel(String.valueOf(malformed.getMessage()));
      }
    }

    @Override
    public void onError(Throwable failure) {
      Status status = Status.fromThrowable(failure);
      ear.ended(
          status.getDescription() == null ? status.getCode().name() : status.getDescription());
    }

    @Override
    public void onCompleted() {
      ear.ended("the leader ended the stream");
    }
  }
}
