package dev.milena.quorum.grpc.server;

import com.google.protobuf.ByteString;
import dev.milena.metadata.JournalStep;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.StepPart;
import dev.milena.proto.peer.v1.Steps;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StoreFailure;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One follower: where it is, and what it gets next. It holds no steps, only places, so that a slow
 * one costs nothing but what gRPC has taken already: about one page.
 *
 * <p>Owned by the loop of the followers; {@link #end} alone is for any thread.
 */
final class FollowerStream {
  /** A follower that got nothing for so long is told how far we are, if we know of a leader. */
  static final long IDLE_MARK_MS = 250;

  private final FollowRequest request;
  private final PeerCaller caller;
  private final ServerCallStreamObserver<FollowResponse> out;
  private final RecordStream stream;
  private final StepPages pages;
  private long from;
  private long through;
  private int partOffset;
  private @Nullable SnapshotPages snapshot;
  private boolean begun;
  private long writtenNanos;
  private volatile boolean ended;

  FollowerStream(
      FollowRequest request,
      PeerCaller caller,
      ServerCallStreamObserver<FollowResponse> out,
      RecordStream stream,
      StepPages pages) {
    this.request = request;
    this.caller = caller;
    this.out = out;
    this.stream = stream;
    this.pages = pages;
    this.through = request.getAppliedIndex();
    this.from = request.getLastStep() + 1;
  }

  PeerCaller caller() {
    return caller;
  }

  boolean isEnded() {
    return ended;
  }

  /** The follower is gone; nothing is written any more. */
  void end() {
    ended = true;
  }

  /** Ends the stream with a reason. */
  void end(Status status, String why) {
    if (!ended) {
      ended = true;
      out.onError(status.withDescription(why).asRuntimeException());
    }
  }

  /**
   * Writes one message if the follower takes one and there is one.
   *
   * @param appliedIndex of this member
   * @param leaderAgeMs empty when no leader is known
   * @return whether it wrote
   */
  boolean turn(long nowNanos, long appliedIndex, OptionalLong leaderAgeMs) {
    if (ended || !out.isReady()) {
      return false;
    }
    try {
      if (!begun) {
        begin(appliedIndex);
      }
      Optional<FollowResponse.Builder> next =
          ended ? Optional.empty() : next(nowNanos, leaderAgeMs);
      if (next.isEmpty()) {
        return false;
      }
      leaderAgeMs.ifPresent(next.get()::setLeaderAgeMs);
      out.onNext(next.get().build());
      writtenNanos = nowNanos;
      return true;
    } catch (StoreFailure closed) {
      end(Status.UNAVAILABLE, "the store of this member cannot be read: " + closed.getMessage());
      return false;
    }
  }

  private void begin(long appliedIndex) throws StoreFailure {
    begun = true;
    if (appliedIndex < request.getAppliedIndex()) {
      end(
          Status.FAILED_PRECONDITION,
          "this member has applied entries up to %s, the caller up to %s; ask another member"
              .formatted(appliedIndex, request.getAppliedIndex()));
      return;
    }
    if (request.getWhole() || !isOurs()) {
      give(stream.whole());
    }
  }

  private boolean isOurs() throws StoreFailure {
    RecordStream.Page page = stream.read(FollowPlaces.readFrom(request), 1);
    Optional<JournalStep> after =
        stream.read(from, 1) instanceof RecordStream.Page.Steps(List<JournalStep> steps, long _)
            ? steps.stream().findFirst()
            : Optional.empty();
    return FollowPlaces.isOurs(request, page, after);
  }

  private void give(RecordStream.Page.Whole image) {
    if (image.index() < through) {
      end(Status.UNAVAILABLE, "this member has gone back to " + image.index());
      return;
    }
    partOffset = 0;
    snapshot = new SnapshotPages(image);
  }

  private Optional<FollowResponse.Builder> next(long nowNanos, OptionalLong leaderAgeMs)
      throws StoreFailure {
    SnapshotPages image = snapshot;
    if (image != null) {
      FollowResponse.Builder part = image.next();
      if (image.isOver()) {
        through = image.index();
        from = through + 1;
        snapshot = null;
      }
      return Optional.of(part);
    }
    return switch (pages.from(from)) {
      case StepPages.Page.Purged(RecordStream.Page.Whole whole) -> {
        give(whole);
        yield ended ? Optional.empty() : next(nowNanos, leaderAgeMs);
      }
      case StepPages.Page.Large large -> Optional.of(part(large));
      case StepPages.Page.Several several -> several(several, nowNanos, leaderAgeMs);
    };
  }

  private Optional<FollowResponse.Builder> several(
      StepPages.Page.Several page, long nowNanos, OptionalLong leaderAgeMs) {
    boolean idleMarkDue =
        leaderAgeMs.isPresent()
            && nowNanos - writtenNanos >= TimeUnit.MILLISECONDS.toNanos(IDLE_MARK_MS);
    if (page.steps().isEmpty() && page.through() <= through && !idleMarkDue) {
      return Optional.empty();
    }
    through = Math.max(through, page.through());
    from = through + 1;
    return Optional.of(
        FollowResponse.newBuilder()
            .setSteps(Steps.newBuilder().addAllSteps(page.steps()).setThroughIndex(through)));
  }

  private FollowResponse.Builder part(StepPages.Page.Large large) {
    ByteString step = large.step();
    int end = Math.min(step.size(), partOffset + StepPages.PAGE_BYTES);
    boolean last = end == step.size();
    FollowResponse.Builder part =
        FollowResponse.newBuilder()
            .setStepPart(
                StepPart.newBuilder()
                    .setIndex(large.index())
                    .setPart(step.substring(partOffset, end))
                    .setLast(last));
    partOffset = last ? 0 : end;
    if (last) {
      through = large.index();
      from = through + 1;
    }
    return part;
  }
}
