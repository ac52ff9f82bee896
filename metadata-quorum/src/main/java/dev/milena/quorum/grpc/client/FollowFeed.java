package dev.milena.quorum.grpc.client;

import dev.milena.metadata.ImageDelta;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.view.AwaitableView;
import dev.milena.quorum.view.FollowedPlace;
import dev.milena.quorum.view.PublishedView;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the journal of the quorum at one member after the other, and shows what it has folded as
 * a view. Its thread folds and calls the view's followers.
 *
 * <p>One message at a time is asked for, so that a node which cannot keep up holds one page. A
 * member that falls silent, that is behind, or that sends what does not follow is left; the view
 * never goes back.
 */
public final class FollowFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FollowFeed.class);

  /** A member that knows of a leader says something at least every 500 ms. */
  private static final long SILENT_MS = 1_500;

  private static final long WATCH_MS = 250;

  /** What a member says is bounded before it is reckoned with. */
  private static final long MOST_AGE_MS = 3_600_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final PeerCalls calls;
  private final AddressRound round;
  private final PublishedView<FollowedPlace> view;
  private final StreamFold fold;
  private final PeerLoop loop;
  private @Nullable FollowCall current;
  private boolean wantsWhole;
  private final TroublesSaid troubles = new TroublesSaid();
  private volatile long heardNanos = NEVER;

  /**
   * Follows nothing yet; see {@link #start}.
   *
   * @param first the place to go on from
   * @param start where in the list of members to begin, best different on every node
   * @param fatal told when something throws that must not: a follower of the view, or a bug
   */
  public FollowFeed(
      PeerCalls calls,
      MemberAddresses members,
      FollowedPlace first,
      int start,
      Consumer<? super Throwable> fatal) {
    this.calls = calls;
    this.round = new AddressRound(members, start);
    this.view = new PublishedView<>(first);
    this.fold = new StreamFold(first, this::publish);
    this.loop = new PeerLoop("metadata-feed", fatal);
  }

  /** Begins to follow; the view is fed from now on. */
  public void start() {
    loop.execute(this::connectNext);
    loop.every(WATCH_MS, this::watch);
  }

  /** What is folded so far. */
  public AwaitableView view() {
    return view;
  }

  /** How far it is. Any thread. */
  public FollowedPlace place() {
    return view.moment();
  }

  /**
   * How long ago the quorum had a leader for sure, in milliseconds: since a message came from a
   * member, plus how long that member had not heard of the leader, or had been behind. Empty before
   * the first. Any thread.
   */
  public OptionalLong silentMs() {
    long heard = heardNanos;
    return heard == NEVER
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heard)));
  }

  private void publish(FollowedPlace place, ImageDelta delta) {
    view.publish(place, delta);
  }

  private void connectNext() {
    Optional<AddressRound.Next> next = round.next();
    if (next.isEmpty()) {
      var _ = loop.after(AddressRound.MAX_PAUSE_MS, this::connectNext);
    } else if (next.get().afterMs() > 0) {
      var _ = loop.after(next.get().afterMs(), () -> connect(next.get().address()));
    } else {
      connect(next.get().address());
    }
  }

  private void connect(PeerAddress address) {
    if (loop.isClosed()) {
      return;
    }
    FollowedPlace from = fold.place();
    fold.beginAnew();
    FollowCall call = new FollowCall(address, loop, this::take, this::ended);
    current = call;
    QuorumAccessGrpc.newStub(calls.to(address))
        .follow(
            FollowRequest.newBuilder()
                .setAppliedIndex(from.index())
                .setLastStep(from.lastStep())
                .setRollingHash(from.rollingHash())
                .setWhole(wantsWhole)
                .build(),
            call);
  }

  private void take(FollowCall call, FollowResponse message) {
    if (call != current) {
      return;
    }
    switch (fold.take(message)) {
      case StreamFold.Taken.Fine fine -> {
        wantsWhole &= !message.hasSnapshotEnd();
        if (message.hasLeaderAgeMs()) {
          heard(call.arrivedNanos(), message.getLeaderAgeMs());
        }
        if (message.hasSteps()) {
          followed(call);
        }
        call.readOn();
      }
      case StreamFold.Taken.Gap(String what) -> {
        wantsWhole = true;
        leave(call, what + "; reading the whole image");
      }
      case StreamFold.Taken.Useless(String what) -> leave(call, what);
    }
  }

  private void heard(long arrivedNanos, long leaderAgeMs) {
    long ageMs = Math.clamp(leaderAgeMs, 0, MOST_AGE_MS);
    long nanos = arrivedNanos - TimeUnit.MILLISECONDS.toNanos(ageMs);
    heardNanos = heardNanos == NEVER ? nanos : Math.max(heardNanos, nanos);
  }

  /** Only steps count: a member whose steps do not fit its own image is not asked in a circle. */
  private void followed(FollowCall call) {
    if (!call.hasWorked()) {
      call.worked();
      round.worked(call.address());
      troubles.forget();
      log.atInfo()
          .addKeyValue("member", call.address())
          .addKeyValue("index", fold.place().index())
          .log("follows the quorum");
    }
  }

  private void ended(FollowCall call, String why) {
    if (call == current) {
      leave(call, why);
    }
  }

  private void leave(FollowCall call, String why) {
    if (troubles.isNew(call.address() + why)) {
      log.atInfo()
          .addKeyValue("member", call.address())
          .log("cannot follow this member, trying the next: " + why);
    }
    current = null;
    call.cancel(why);
    round.failed(call.address());
    connectNext();
  }

  private void watch() {
    FollowCall call = current;
    if (call != null && call.silentMs() >= SILENT_MS) {
      // perhaps it is the connection that lost its other end
      calls.redial(call.address());
      leave(call, "nothing came for " + SILENT_MS + " ms");
    }
  }

  /** Stops following; the view stays as it is. */
  @Override
  public void close() {
    loop.close(() -> {
      FollowCall call = current;
      current = null;
      if (call != null) {
        call.cancel("this node follows no longer");
      }
    });
  }
}
