package dev.milena.broker.core.hosting;

import dev.milena.broker.core.FetchCall.FetchForm;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.LogSlice;
import dev.milena.log.OffsetOutOfRange;
import dev.milena.log.PartitionLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.LogEnds;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.ReplicaEvent;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.Standings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The leading half of replication: sends followers what they lack, as much as their credit allows.
 * What was just appended goes out of memory; what lies further back is read from the disk by reader
 * threads, one read for each follower at a time.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionFeeds {
  /** So much is read for a follower at once. */
  private static final int READ_BYTES = FollowerSession.MOST_AT_ONCE_BYTES;

  /** After a read that failed. */
  private static final long AGAIN_MS = 500;

  private static final long NEVER = Long.MAX_VALUE;

  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final LoopLinks links;
  private final ReplicaHost host;
  private final Consumer<? super LoopFact> post;
  private final FollowAnswers answers;
  private final TreeMap<Integer, Feed> feeds = new TreeMap<>();

  /** Who wants to follow in an epoch that this broker has not heard of yet. */
  private final TreeMap<Integer, Early> early = new TreeMap<>();

  private KnownBrokers brokers = KnownBrokers.NONE;
  private ReplicaSet adding = ReplicaSet.EMPTY;

  /**
   * Feeds nobody.
   *
   * @param post takes what readers did back to the loop; called on any thread
   */
  PartitionFeeds(
      PartitionAddress address,
      HostingContext context,
      PartitionLog log,
      PartitionReplica replica,
      LoopLinks links,
      ReplicaHost host,
      Consumer<? super LoopFact> post) {
    this.address = address;
    this.context = context;
    this.log = log;
    this.replica = replica;
    this.links = links;
    this.host = host;
    this.post = post;
    this.answers = new FollowAnswers(address, log, replica, links);
  }

  private record Early(FollowerSession session, FollowerWord.Follow word) {}

  /** One follower that agrees with this leader. */
  private static final class Feed {
    private final FollowerSession session;
    private final int leaderEpoch;
    private long next;
    private long credit;
    private boolean reading;
    private long readAgainMs;

    private final MoveTurn turn;
    private final StandingNotice notice = new StandingNotice();
    private Optional<LogEnds> ends = Optional.empty();
    private long toldUnder = Standings.NO_EPOCH;

    Feed(FollowerSession session, FollowerWord.Follow word, MovePace moves) {
      this.session = session;
      this.leaderEpoch = word.leaderEpoch();
      this.next = word.from();
      this.credit = word.creditBytes();
      this.turn = new MoveTurn(moves);
    }
  }

  /** A follower says something; who it is its session knows. */
  void heard(FollowerSession session, FollowerWord word) {
    switch (word) {
      case FollowerWord.Follow follow -> follow(session, follow);
      case FollowerWord.Report(PartitionId _, int epoch, LogEnds ends) ->
          of(session, epoch)
              .ifPresent(feed -> {
                feed.ends = Optional.of(ends);
                tell(feed);
              });
      case FollowerWord.Credit(PartitionId _, int epoch, int bytes) ->
          of(session, epoch).ifPresent(feed -> feed.credit += bytes);
      case FollowerWord.Leave(PartitionId _, int epoch) ->
          of(session, epoch).ifPresent(feed -> feeds.remove(session.broker()));
      case FollowerWord.Lack _ -> throw new IllegalArgumentException("not said to a leader");
    }
  }

  /**
   * Tells the replica what a follower has reported, under the epoch that its row has now; nothing
   * of a run that is over.
   */
  private void tell(Feed feed) {
    int broker = feed.session.broker();
    OptionalLong epoch = brokers.epochOf(broker, feed.session.run());
    if (feed.ends.isPresent() && epoch.isPresent()) {
      feed.toldUnder = epoch.getAsLong();
      host.step(
          new ReplicaEvent.FollowerProgressed(
              broker, feed.toldUnder, feed.leaderEpoch, feed.ends.get()));
    }
  }

  /**
   * Brokers came or went. One that is let in has another epoch and reports nothing new, if nothing
   * was written.
   */
  void brokersAre(KnownBrokers known) {
    brokers = known;
    for (Feed feed : List.copyOf(feeds.values())) {
      OptionalLong epoch = brokers.epochOf(feed.session.broker(), feed.session.run());
      if (epoch.isPresent() && epoch.getAsLong() != feed.toldUnder) {
        tell(feed);
      }
    }
  }

  private Optional<Feed> of(FollowerSession session, int leaderEpoch) {
    return Optional.ofNullable(feeds.get(session.broker()))
        .filter(feed -> feed.session == session && feed.leaderEpoch == leaderEpoch);
  }

  private void follow(FollowerSession session, FollowerWord.Follow word) {
    feeds.remove(session.broker());
    boolean isReplica = replica.facts().replicas().contains(session.broker());
    if (isReplica && word.leaderEpoch() > replica.facts().leaderEpoch()) {
      // the follower's image is newer; this broker's will say whether it leads
      early.put(session.broker(), new Early(session, word));
    } else if (answers.agree(session, word)) {
      feeds.put(session.broker(), new Feed(session, word, context.moves()));
    }
  }

  /**
   * The image has another row: who is no replica any more is fed no longer, and of one that left
   * the in-sync ones and copies all the same the replica is told again how far it is.
   *
   * @param nowAdding who comes by a move
   */
  void rowChanged(ReplicaSet nowAdding) {
    adding = nowAdding;
    feeds.keySet().removeIf(broker -> !replica.facts().replicas().contains(broker));
    int leaderEpoch = replica.facts().leaderEpoch();
    feeds.values().removeIf(feed -> feed.leaderEpoch != leaderEpoch);
    TreeMap<Integer, Early> due = new TreeMap<>(early);
    due.values().removeIf(one -> one.word().leaderEpoch() > leaderEpoch);
    due.forEach((broker, one) -> {
      early.remove(broker);
      follow(one.session(), one.word());
    });
    for (Feed feed : List.copyOf(feeds.values())) {
      if (feed.turn.isReserved() && !isMoving(feed)) {
        // it is in sync, and others wait for it
        feed.turn.settle(0);
        feed.readAgainMs = 0;
      }
      if (!replica.facts().isr().contains(feed.session.broker())) {
        tell(feed);
      }
    }
  }

  /** Whether it is copied for a move, so that only operators wait for it. */
  private boolean isMoving(Feed feed) {
    return adding.contains(feed.session.broker()) && copyOf(feed) == FollowerSession.Copy.LAGGING;
  }

  private FollowerSession.Copy copyOf(Feed feed) {
    return FollowerSession.Copy.of(replica.facts().isr().contains(feed.session.broker()));
  }

  /** A follower's stream is over. */
  void ended(FollowerSession session) {
    feeds.values().removeIf(feed -> feed.session == session);
    early.values().removeIf(one -> one.session() == session);
  }

  /** This broker leads the partition no longer, or has lost its log. */
  void clear() {
    feeds.clear();
  }

  /**
   * Batches were appended: who has all before them gets them out of memory.
   *
   * @param batches as they lie in the log; said before the end of the turn
   */
  void appended(ByteBuffer batches, long base, long end) {
    for (Feed feed : feeds.values()) {
      if (feed.next == base
          && !feed.reading
          && feed.credit > 0
          && feed.session.isReadyFor(address.id(), copyOf(feed))
          && (!isMoving(feed) || context.moves().tryNow(batches.remaining(), host.nowMs()))) {
        context.links().totals().fedFromMemory(batches.remaining());
        send(feed, batches.duplicate(), end, standing());
      }
    }
  }

  private void send(Feed feed, ByteBuffer batches, long end, LeaderWord.Standing standing) {
    feed.credit -= batches.remaining();
    feed.next = end;
    feed.notice.told(standing);
    links.say(
        feed.session, new LeaderWord.Batches(address.id(), feed.leaderEpoch, batches, standing));
  }

  private LeaderWord.Standing standing() {
    return new LeaderWord.Standing(replica.highWatermark(), log.logStart());
  }

  /** Sends each follower what it lacks, or has it read. */
  void endOfTurn() {
    LeaderWord.Standing standing = standing();
    for (Feed feed : feeds.values()) {
      boolean lacks = feed.next < log.logEnd();
      boolean tell = feed.notice.isDue(standing, host.nowMs());
      if ((!lacks && !tell) || !feed.session.isReadyFor(address.id(), copyOf(feed))) {
        continue;
      }
      if (lacks && !feed.reading && feed.credit > 0 && host.nowMs() >= feed.readAgainMs) {
        read(feed);
      }
      if (tell) {
        feed.notice.told(standing);
        links.say(feed.session, new LeaderWord.Progress(address.id(), feed.leaderEpoch, standing));
      }
    }
  }

  private void read(Feed feed) {
    int bytes = (int) Math.min(feed.credit, READ_BYTES);
    if (isMoving(feed)) {
      bytes = Math.min(bytes, context.moves().mostAtOnce());
      if (!hasTurn(feed, bytes)) {
        return;
      }
    }
    try {
      LogSlice slice = log.locate(feed.next, bytes, log.logEnd());
      // before a reader has trimmed it, it may be far wider than what is read
      int room = Math.min(slice.sizeInBytes(), READ_BYTES);
      FollowerSession.Copy copy = copyOf(feed);
      if (!feed.session.reserve(address.id(), room, copy)) {
        slice.close();
        return;
      }
      LogBounds bounds =
          new LogBounds(feed.next, log.logStart(), replica.highWatermark(), feed.leaderEpoch);
      feed.reading = true;
      try {
        context.readers().execute(() -> readNow(feed.session, slice, bounds, room, copy));
      } catch (RejectedExecutionException full) {
        slice.close();
        feed.session.giveBack(room, copy);
        notRead(feed);
      }
    } catch (OffsetOutOfRange gone) {
      // retention has passed it: the standing that is said next has it begin anew
      feed.readAgainMs = host.nowMs() + AGAIN_MS;
    }
  }

  /** A turn that was waited for stays its own until something was read. */
  private boolean hasTurn(Feed feed, int bytes) {
    if (!feed.turn.isReserved()) {
      feed.readAgainMs = feed.turn.reserve(bytes, host.nowMs());
    }
    return host.nowMs() >= feed.readAgainMs;
  }

  private void notRead(Feed feed) {
    feed.reading = false;
    feed.readAgainMs = host.nowMs() + AGAIN_MS;
  }

  @OwnedBy(Owner.READER_THREAD)
  private void readNow(
      FollowerSession session,
      LogSlice slice,
      LogBounds bounds,
      int reservedBytes,
      FollowerSession.Copy copy) {
    Optional<ByteBuffer> read = Optional.empty();
    try (ReadRoom.Share room = context.readRoom().share()) {
      if (session.isEnded()) {
        slice.close();
      } else {
        var reading = new SliceReader.Reading(address.name(), room, host);
        FetchOutcome outcome = SliceReader.fetch(slice, FetchForm.BATCHES, bounds, reading);
        if (outcome instanceof FetchOutcome.BatchesFetched fetched) {
          read = Optional.of(fetched.batches()).filter(ByteBuffer::hasRemaining);
        }
      }
    } finally {
      post.accept(new LoopFact.FeedRead(address.id(), session, bounds, read, reservedBytes, copy));
    }
  }

  /** A reader is done; nothing was read when something was wrong, which it has said. */
  void readDone(LoopFact.FeedRead done) {
    of(done.session(), done.bounds().leaderEpoch())
        .filter(feed -> feed.reading && feed.next == done.bounds().startOffset())
        .ifPresent(feed -> {
          feed.reading = false;
          feed.turn.settle(done.batches().map(ByteBuffer::remaining).orElse(0));
          done.batches()
              .ifPresentOrElse(
                  batches -> {
                    context.links().totals().fedFromDisk(batches.remaining());
                    send(feed, batches, SliceReader.endOf(batches, feed.next), standing());
                  },
                  () -> notRead(feed));
        });
  }

  /** When something is to be done by time alone, on the monotonic clock. */
  long nextDueMs() {
    long due = NEVER;
    for (Feed feed : feeds.values()) {
      if (feed.next < log.logEnd() && !feed.reading && feed.readAgainMs > host.nowMs()) {
        due = Math.min(due, feed.readAgainMs);
      }
      // one that is due and was not said waits for the stream, which wakes this partition
      if (feed.notice.dueMs() > host.nowMs()) {
        due = Math.min(due, feed.notice.dueMs());
      }
    }
    return due;
  }
}
