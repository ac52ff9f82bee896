package dev.milena.quorum.grpc.client;

import dev.milena.proto.peer.v1.AwaitSpreadRequest;
import dev.milena.proto.peer.v1.AwaitSpreadResponse;
import dev.milena.proto.peer.v1.BrokerSessionsGrpc;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Those who wait until every broker knows an index: asked of the leader as soon as there is one,
 * and of the next when it leads no longer. Owned by the session's loop.
 */
final class SpreadWaits {
  /** Who wait at once; more are told at once that it is not known. */
  static final int MAX_WAITING = 1_000;

  private final PeerCalls calls;
  private final PeerLoop loop;
  private final List<Wait> waits = new ArrayList<>();
  private Optional<PeerAddress> leader = Optional.empty();
  private boolean closed;

  private record Wait(long index, long endNanos, CompletableFuture<Boolean> answer) {
    int leftMs() {
      return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
    }
  }

  SpreadWaits(PeerCalls calls, PeerLoop loop) {
    this.calls = calls;
    this.loop = loop;
  }

  /** Asks; any thread. */
  CompletionStage<Boolean> await(long index, int timeoutMs) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    Wait wait = new Wait(index, endNanos, new CompletableFuture<>());
    loop.execute(() -> add(wait));
    if (loop.isClosed()) {
      wait.answer().complete(false);
    }
    return wait.answer();
  }

  private void add(Wait wait) {
    if (closed || waits.size() >= MAX_WAITING) {
      wait.answer().complete(false);
      return;
    }
    waits.add(wait);
    var _ = loop.after(wait.leftMs(), () -> answer(wait, false));
    leader.ifPresent(address -> ask(address, wait));
  }

  /** The leader answers. */
  void leaderIs(PeerAddress address) {
    leader = Optional.of(address);
    List.copyOf(waits).forEach(wait -> ask(address, wait));
  }

  /** Nobody is known to lead. */
  void leaderLost() {
    leader = Optional.empty();
  }

  private void ask(PeerAddress address, Wait wait) {
    AwaitSpreadRequest request =
        AwaitSpreadRequest.newBuilder().setIndex(wait.index()).setTimeoutMs(wait.leftMs()).build();
    BrokerSessionsGrpc.newStub(calls.to(address))
        .withDeadlineAfter(wait.leftMs(), TimeUnit.MILLISECONDS)
        .awaitSpread(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(AwaitSpreadResponse response) {
                if (response.hasSpread()) {
                  loop.execute(() -> answer(wait, response.getSpread()));
                }
              }

              @Override
              public void onError(Throwable failure) {
                // the session breaks too, or will; its next leader is asked, or the time is over
              }

              @Override
              public void onCompleted() {
                // the response said all
              }
            });
  }

  private void answer(Wait wait, boolean spread) {
    waits.remove(wait);
    wait.answer().complete(spread);
  }

  /** Lets go of all, without the promise; on the loop. */
  void close() {
    closed = true;
    List.copyOf(waits).forEach(wait -> answer(wait, false));
  }
}
