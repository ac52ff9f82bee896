package dev.milena.broker.core.copy;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A follower's standing stream to one broker that leads partitions of which this one holds copies.
 *
 * <pre>
 *   IDLE   --word-->  STANDING  --end-->  PAUSING  --time-->  IDLE, and who follows asks again
 * </pre>
 *
 * <p>What is said in a pause is dropped: whoever follows that broker asks again after it, with
 * everything that matters. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ReplicaLink {
  private static final Logger log = LoggerFactory.getLogger(ReplicaLink.class);

  private static final int WORDS_A_MESSAGE = 1_000;
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 1_000;

  private final int leader;
  private final ReplicaLinks links;
  private final FollowerWords words = new FollowerWords();
  private Optional<Standing> standing = Optional.empty();
  private boolean pausing;
  private boolean closed;
  private long pauseMs = FIRST_PAUSE_MS;

  ReplicaLink(int leader, ReplicaLinks links) {
    this.leader = leader;
    this.links = links;
  }

  /** The stream of this moment. */
  private final class Standing implements LeaderDialer.Ear {
    private Optional<LeaderDialer.Stream> stream = Optional.empty();

    @Override
    public void heard(LeaderWord word) {
      worked(this);
      links.heard(leader, word);
    }

    @Override
    public void ready() {
      flush();
    }

    @Override
    public void ended(String why) {
      ReplicaLink.this.ended(this, why);
    }
  }

  /** To be said with the next {@link #flush}. */
  synchronized void say(FollowerWord word) {
    if (!pausing && !closed) {
      words.add(word);
    }
  }

  /** Says what there is to say, as far as the other end listens. */
  synchronized void flush() {
    if (words.isEmpty() || pausing || closed) {
      return;
    }
    Standing now = standing.orElseGet(this::dial);
    while (isStanding(now)
        && !words.isEmpty()
        && now.stream.map(LeaderDialer.Stream::isReady).orElse(false)) {
      List<FollowerWord> next = words.take(WORDS_A_MESSAGE);
      now.stream.ifPresent(stream -> stream.send(next));
    }
  }

  private boolean isStanding(Standing which) {
    return standing.filter(now -> now == which).isPresent();
  }

  /** A dialer may end a stream before it has answered it. */
  private Standing dial() {
    Standing fresh = new Standing();
    standing = Optional.of(fresh);
    fresh.stream = Optional.of(links.dialer().dial(leader, fresh));
    return fresh;
  }

  private synchronized void worked(Standing which) {
    if (isStanding(which)) {
      pauseMs = FIRST_PAUSE_MS;
    }
  }

  private void ended(Standing which, String why) {
    long pause;
    synchronized (this) {
      if (!isStanding(which) || closed) {
        return;
      }
      standing = Optional.empty();
      words.clear();
      pausing = true;
      pause = pauseMs;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    log.atDebug()
        .addKeyValue("leader", leader)
        .addKeyValue("reason", why)
        .addKeyValue("againInMs", pause)
        .log("a stream of replicas has ended");
    links.after(pause, this::pauseOver);
  }

  private void pauseOver() {
    synchronized (this) {
      pausing = false;
    }
    links.askAgain(leader);
  }

  void close() {
    Optional<Standing> last;
    synchronized (this) {
      closed = true;
      words.clear();
      last = standing;
      standing = Optional.empty();
    }
    last.flatMap(one -> one.stream).ifPresent(stream -> stream.cancel("this broker is stopping"));
  }
}
