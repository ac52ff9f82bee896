package dev.milena.quorum.grpc.server;

import dev.milena.metadata.MetadataView;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.quorum.grpc.PeerLoop;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that writes to all followers of this member. It is woken by what is applied and by
 * followers that can take more; by the clock only for idle marks.
 *
 * <p>A turn writes one message to each follower that takes one, and goes round until none does: a
 * follower with a whole image to read does not keep the others from their next step.
 */
final class FollowersLoop implements AutoCloseable {
  /** How late an idle mark may be. */
  private static final long TICK_MS = 100;

  /** A member that is further behind says nothing of the leader it hears: see {@link #ageMs}. */
  static final long MOST_BEHIND_MS = 3_000;

  private final QuorumMember member;
  private final TokenHashes hashes;
  private final FollowerBounds bounds;
  private final StepPages pages;
  private final PeerLoop loop;
  private final Set<FollowerStream> followers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean woken = new AtomicBoolean();
  private @Nullable MetadataView heard;
  private boolean ticking;
  private boolean closed;

  /**
   * How many may follow one member.
   *
   * @param followers all together
   * @param strangers those among them that the image does not know: brokers about to register
   */
  record FollowerBounds(int followers, int strangers) {
    static final FollowerBounds DEFAULT = new FollowerBounds(256, 32);
  }

  /**
   * @param fatal told when a turn throws, which is a bug
   */
  FollowersLoop(
      QuorumMember member,
      TokenHashes hashes,
      FollowerBounds bounds,
      Consumer<? super Throwable> fatal) {
    this.member = member;
    this.hashes = hashes;
    this.bounds = bounds;
    this.pages = new StepPages(member::stream, () -> member.view().appliedIndex());
    this.loop = new PeerLoop("metadata-followers", fatal);
    wake();
  }

  /** Takes a follower in, or turns it away; any thread. */
  void follow(
      FollowRequest request, PeerCaller caller, ServerCallStreamObserver<FollowResponse> out) {
    FollowerStream follower = new FollowerStream(request, caller, out, member.stream(), pages);
    out.setOnCancelHandler(() -> {
      follower.end();
      followers.remove(follower);
    });
    out.setOnReadyHandler(this::wake);
    String refusal = admit(follower);
    if (refusal.isEmpty()) {
      wake();
    } else {
      follower.end(Status.RESOURCE_EXHAUSTED, refusal);
    }
  }

  private synchronized String admit(FollowerStream follower) {
    if (closed) {
      return "this member is stopping; ask another";
    }
    if (followers.size() >= bounds.followers()) {
      return "%s nodes follow this member already; ask another".formatted(bounds.followers());
    }
    if (!follower.caller().isKnown(hashes) && strangers() >= bounds.strangers()) {
      return "%s unregistered nodes follow this member already; ask another"
          .formatted(bounds.strangers());
    }
    followers.add(follower);
    return "";
  }

  /** Counted afresh: who was a stranger when it came may have registered since. */
  private long strangers() {
    return followers.stream().filter(follower -> !follower.caller().isKnown(hashes)).count();
  }

  int size() {
    return followers.size();
  }

  private void wake() {
    if (!woken.getAndSet(true)) {
      loop.execute(this::turn);
    }
  }

  private void turn() {
    woken.set(false);
    hear(member.view());
    boolean wrote = !followers.isEmpty();
    while (wrote && !loop.isClosed()) {
      OptionalLong leaderAgeMs = ageMs();
      wrote = false;
      for (FollowerStream follower : followers) {
        wrote |= follower.turn(System.nanoTime(), member.view().appliedIndex(), leaderAgeMs);
      }
      followers.removeIf(FollowerStream::isEnded);
    }
    tick();
  }

  /**
   * How old what is sent may be. A member that hears its leader and does not keep up, or whose
   * leader gets nothing agreed on, vouches for nothing: it sends what it has, but no idle marks, so
   * that who follows it goes to another.
   */
  private OptionalLong ageMs() {
    long behindMs = member.behindMs();
    OptionalLong heardAgoMs = member.leaderHeardAgoMs();
    return heardAgoMs.isEmpty() || behindMs >= MOST_BEHIND_MS
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(heardAgoMs.getAsLong(), behindMs));
  }

  /** Idle marks are due by the clock; without followers nothing is. On the loop. */
  private void tick() {
    if (!ticking && !followers.isEmpty()) {
      ticking = true;
      var _ =
          loop.after(
              TICK_MS,
              () -> {
                ticking = false;
                turn();
              });
    }
  }

  /** A node that becomes a member anew has another view from then on. */
  private void hear(MetadataView view) {
    if (!view.equals(heard)) {
      heard = view;
      view.follow((index, delta, image) -> wake());
    }
  }

  /** Ends all streams; their followers go to another member. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    loop.close(() -> {
      List<FollowerStream> left = new ArrayList<>(followers);
      followers.clear();
      left.forEach(one -> one.end(Status.UNAVAILABLE, "this member is stopping; ask another"));
    });
  }
}
