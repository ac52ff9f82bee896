package dev.milena.quorum.grpc.client;

import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.view.FollowedPlace;
import dev.milena.quorum.view.SourceChoice;
import dev.milena.quorum.view.SourceChoice.Choice;
import dev.milena.quorum.view.SourceChoice.Source;
import dev.milena.quorum.view.SourceChoice.Standing;
import dev.milena.quorum.view.SwitchingView;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broker's view fed: it looks at the node's own member and at the stream, and does what
 * {@link SourceChoice} decides: opens and closes the stream, and switches. It looks ten times a
 * second, or once while the member hears of a leader and keeps up, and there is no stream.
 */
public final class SourceSwitcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceSwitcher.class);
  private static final long LOOK_MS = 100;
  private static final long LOOK_AT_EASE_MS = 1_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final SwitchingView view;
  private final Supplier<Optional<OwnMember>> member;
  private final Function<FollowedPlace, FollowFeed> feeds;
  private final SourceChoice choice;
  private final PeerLoop loop;
  private Optional<Attached<MetadataView>> ownView = Optional.empty();
  private Optional<Attached<FollowFeed>> stream = Optional.empty();
  private FollowedPlace left = FollowedPlace.NOTHING;
  private volatile long memberHeardNanos;
  private volatile boolean memberEverHeard;
  private volatile Optional<OwnMember> heardMember = Optional.empty();
  private volatile Optional<FollowFeed> feeding = Optional.empty();

  /** Something the view listens to. */
  private record Attached<T>(T what, SwitchingView.Source source) {}

  /**
   * Looks at nothing yet.
   *
   * @param member this node's own, while it takes part in the quorum
   * @param feeds makes a stream that goes on from a place, not started
   * @param forced never use the member, for tests of the stream
   * @param fatal told when something throws that must not: a follower of the view, or a bug
   */
  public SourceSwitcher(
      SwitchingView view,
      Supplier<Optional<OwnMember>> member,
      Function<FollowedPlace, FollowFeed> feeds,
      boolean forced,
      Consumer<? super Throwable> fatal) {
    this.view = view;
    this.member = member;
    this.feeds = feeds;
    this.choice = new SourceChoice(forced);
    this.loop = new PeerLoop("metadata-source", fatal);
  }

  /** Begins; the view is fed from now on. */
  public void start() {
    loop.execute(this::lookAndLookAgain);
  }

  private void lookAndLookAgain() {
    look();
    boolean atEase = stream.isEmpty() && memberStaleMs().orElse(NEVER) <= LOOK_AT_EASE_MS;
    loop.after(atEase ? LOOK_AT_EASE_MS : LOOK_MS, this::lookAndLookAgain);
  }

  /**
   * How long ago what feeds the view heard of a leader, in milliseconds; empty when it never did. A
   * broker that hears nothing for its session must take itself for fenced. Any thread.
   */
  public OptionalLong silentMs() {
    Optional<FollowFeed> feed = feeding;
    return feed.isPresent() ? feed.get().silentMs() : memberSilentMs();
  }

  /**
   * How long ago what feeds the view was, for sure, all that a quorum with a leader had agreed on,
   * in milliseconds; empty when it never was. More than {@link #silentMs} where a leader is heard
   * of that gets nothing agreed on, or where the member does not apply what was. Any thread.
   */
  public OptionalLong staleMs() {
    Optional<FollowFeed> feed = feeding;
    return feed.isPresent() ? feed.get().silentMs() : memberStaleMs();
  }

  private OptionalLong memberStaleMs() {
    long behindMs = heardMember.map(OwnMember::behindMs).orElse(0L);
    OptionalLong silentMs = memberSilentMs();
    return silentMs.isPresent()
        ? OptionalLong.of(Math.max(silentMs.getAsLong(), behindMs))
        : silentMs;
  }

  private OptionalLong memberSilentMs() {
    return memberEverHeard
        ? OptionalLong.of(
            Math.max(0, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - memberHeardNanos)))
        : OptionalLong.empty();
  }

  private void look() {
    Optional<OwnMember> own = member.get();
    own.ifPresent(this::hear);
    heardMember = own;
    Choice chosen =
        choice.choose(
            own.map(one -> new Standing(one.view().appliedIndex(), memberStaleMs().orElse(NEVER))),
            stream.map(one ->
                new Standing(one.what().place().index(), one.what().silentMs().orElse(NEVER))),
            view.appliedIndex(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    if (chosen.keepStream()) {
      openStream(own);
    }
    use(chosen.source());
    if (!chosen.keepStream()) {
      closeStream();
    }
  }

  private void hear(OwnMember own) {
    own.leaderHeardAgoMs()
        .ifPresent(agoMs -> {
          memberHeardNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(agoMs);
          memberEverHeard = true;
        });
    MetadataView now = own.view();
    if (!ownView.map(Attached::what).equals(Optional.of(now))) {
      ownView = Optional.of(new Attached<>(now, view.attach(now)));
    }
  }

  private void openStream(Optional<OwnMember> own) {
    if (stream.isPresent()) {
      return;
    }
    FollowedPlace from =
        own.map(OwnMember::place).filter(place -> place.index() >= left.index()).orElse(left);
    FollowFeed feed = feeds.apply(from);
    stream = Optional.of(new Attached<>(feed, view.attach(feed.view())));
    feed.start();
  }

  private void closeStream() {
    stream.ifPresent(open -> {
      stream = Optional.empty();
      open.what().close();
      left = open.what().place();
    });
  }

  private void use(Source source) {
    Optional<FollowFeed> feed =
        source == Source.STREAM ? stream.map(Attached::what) : Optional.empty();
    if (!feed.equals(feeding)) {
      log.atInfo()
          .addKeyValue("index", view.appliedIndex())
          .addKeyValue("source", source)
          .log("the metadata comes from another source");
    }
    feeding = feed;
    switch (source) {
      case MEMBER -> ownView.ifPresent(own -> view.use(own.source()));
      case STREAM -> stream.ifPresent(open -> view.use(open.source()));
    }
  }

  /** Stops looking and following; the view stays as it is. */
  @Override
  public void close() {
    loop.close(this::closeStream);
  }
}
