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

/**
 * What brokers say to each other of copies, on its way from their streams to the loops: the entry
 * for whoever serves followers, and the ears of the links to leaders.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ReplicaCopies implements ReplicaLinks.Followers, AutoCloseable {
  private final ReplicaLinks links;
  private final ImageFeed feed;
  private final PartitionLoops loops;

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
   * A stream of a follower was opened.
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
        .map(row -> new FollowerSession(broker, row.incarnation(), stream, this::readyAgain));
  }

  /** The follower said something. */
  public void heard(FollowerSession session, FollowerWord word) {
    loops.loopOf(word.id()).tell(new LoopFact.HeardFollower(session, word));
  }

  /** Its stream is over. */
  public void ended(FollowerSession session) {
    session.ended();
    loops.all().forEach(loop -> loop.tell(new LoopFact.FollowerGone(session)));
  }

  private void readyAgain(PartitionId id) {
    loops.loopOf(id).tell(new LoopFact.FollowerReady(id));
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
