package dev.milena.broker.core.serving;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.broker.core.copy.ReplicaLinks;
import dev.milena.broker.core.hosting.LoopFact;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What brokers say to each other of copies, on its way from their streams to the loops: the entry
 * for whoever serves followers, and the ears of the links to leaders.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ReplicaCopies implements ReplicaLinks.Followers, AutoCloseable {
  private final ReplicaLinks links;
  private final ImageFeed feed;
  private final PartitionLoops loops;

  /** Of each follower the stream that it opened last. */
  private final ConcurrentSkipListMap<Integer, FollowerSession> sessions =
      new ConcurrentSkipListMap<>();

  /** Hears nothing before {@link #begin}. */
  ReplicaCopies(ReplicaLinks links, ImageFeed feed, PartitionLoops loops) {
    this.links = links;
    this.feed = feed;
    this.loops = loops;
  }

  /** Before the first partition follows anybody. */
  void begin() {
    links.begin(this);
  }

  /** Ends the streams to leaders. */
  @Override
  public void close() {
    links.close();
  }

  /**
   * A stream of a follower was opened. The one before is over: it may be that of a run or of a
   * connection that is long gone, of which this broker has not heard yet, and a word that comes on
   * it late must not take the place of what is said now.
   *
   * @param broker as whom it is registered
   * @param tokenHash of the token that it has shown, as the image keeps them
   * @return what to hand its words to; empty when this broker's image knows no such run
   */
  public Optional<FollowerSession> opened(
      int broker, String tokenHash, FollowerSession.Stream stream) {
    return feed.image()
        .broker(broker)
        .filter(row -> !tokenHash.isEmpty() && row.tokenHash().equals(tokenHash))
        .map(
            row -> begun(new FollowerSession(broker, row.incarnation(), stream, this::readyAgain)));
  }

  private FollowerSession begun(FollowerSession session) {
    FollowerSession before = sessions.put(session.broker(), session);
    if (before != null) {
      ended(before);
      before.end("broker " + session.broker() + " has opened another stream");
    }
    return session;
  }

  /** The follower said something. */
  public void heard(FollowerSession session, FollowerWord word) {
    loops.loopOf(word.id()).tell(new LoopFact.HeardFollower(session, word));
  }

  /** Its stream is over. */
  public void ended(FollowerSession session) {
    sessions.remove(session.broker(), session);
    session.ended();
    loops.all().forEach(loop -> loop.tell(new LoopFact.FollowerGone(session)));
  }

  private void readyAgain(FollowerSession session, PartitionId id) {
    loops.loopOf(id).tell(new LoopFact.FollowerReady(session, id));
  }

  @Override
  public void heard(int leader, LeaderWord word) {
    loops.loopOf(word.id()).tell(new LoopFact.HeardLeader(leader, word));
  }

  @Override
  public void askAgain(int leader) {
    loops.all().forEach(loop -> loop.tell(new LoopFact.AskAgain(leader)));
  }
}
