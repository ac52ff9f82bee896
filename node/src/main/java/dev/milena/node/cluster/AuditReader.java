package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.AuditPage;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.TopicId;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.store.StoreFailure;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Pages of the history, out of the journal of this node's member. The first page waits until the
 * names of topics are learnt from the whole journal; where that takes longer than a call may, the
 * next call goes on from there. A page that takes longer ends early. Blocks.
 */
final class AuditReader {
  private static final long CATCH_UP_MS = 5_000;

  private final int self;
  private final Optional<QuorumServer> member;
  private final QuorumFinder finder;
  private final TopicHistory history;
  private final ReentrantLock one = new ReentrantLock();

  AuditReader(int self, Optional<QuorumServer> member, QuorumFinder finder, TopicHistory history) {
    this.self = self;
    this.member = member;
    this.finder = finder;
    this.history = history;
  }

  DeskOutcome<AuditPage> page(AuditCall call) throws InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ClusterDesk.READ_MS);
    if (member.isEmpty() || finder.taking().filter(own -> own.leader().isPresent()).isEmpty()) {
      return finder.look().askLeader(self);
    }
    Optional<ReadAnswer> caughtUp =
        Patience.await(member.get().readIndex(CATCH_UP_MS), 2 * CATCH_UP_MS);
    if (!(caughtUp.orElse(null) instanceof ReadAnswer.CaughtUp)) {
      return refused(
          ErrorKind.QUORUM_UNAVAILABLE,
          "node %s cannot find out whether its journal is up to date; try again".formatted(self));
    }
    if (!one.tryLock(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return crowded();
    }
    try {
      JournalPages pages = new JournalPages(member.get().stream(), endNanos);
      return pages.learn(history) ? page(call, pages) : late();
    } catch (StoreFailure failure) {
      return refused(
          ErrorKind.QUORUM_UNAVAILABLE,
          "the journal of node %s cannot be read now (%s); try again, or ask another node"
              .formatted(self, failure.getMessage()));
    } finally {
      one.unlock();
    }
  }

  private DeskOutcome<AuditPage> page(AuditCall call, JournalPages pages) throws StoreFailure {
    ClusterImage image = member.orElseThrow().view().image();
    Optional<Predicate<TopicId>> onlyOf = Optional.empty();
    if (!call.topic().isEmpty()) {
      NavigableSet<TopicId> lives = lives(call.topic(), image);
      if (lives.isEmpty()) {
        return refused(
            ErrorKind.UNKNOWN_TOPIC,
            "no topic is or was called \"%s\", as far as the journal goes back; kafkactl audit without --topic shows all changes"
                .formatted(call.topic()));
      }
      onlyOf = Optional.of(lives::contains);
    }
    AuditSentences sentences =
        new AuditSentences(id -> history.name(id).or(() -> nameNow(image, id)), onlyOf);
    return new DeskOutcome.Answered<>(pages.read(call, sentences));
  }

  private NavigableSet<TopicId> lives(String topic, ClusterImage image) {
    TreeSet<TopicId> lives = new TreeSet<>(history.lives(topic));
    image.topic(topic).ifPresent(living -> lives.add(living.id()));
    TopicId.parse(topic)
        .filter(id -> history.name(id).or(() -> nameNow(image, id)).isPresent())
        .ifPresent(lives::add);
    return lives;
  }

  private static Optional<String> nameNow(ClusterImage image, TopicId id) {
    return image.topic(id).map(topic -> topic.name());
  }

  private static DeskOutcome<AuditPage> late() {
    return refused(
        ErrorKind.TIMED_OUT,
        "the journal is so long that the names of all topics were not learnt within %s ms; ask again, it goes on from there"
            .formatted(ClusterDesk.READ_MS));
  }

  private static DeskOutcome<AuditPage> crowded() {
    return refused(
        ErrorKind.TIMED_OUT,
        "others were asking for pages of the history, one goes through the journal at a time, and %s ms were over before it was your turn; nothing was looked at, ask again"
            .formatted(ClusterDesk.READ_MS));
  }

  private static DeskOutcome<AuditPage> refused(ErrorKind kind, String message) {
    return new DeskOutcome.DeskRefused<>(Refusal.of(kind, message));
  }
}
