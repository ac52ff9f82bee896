package dev.milena.broker.core.serving;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.copy.LeaderWord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Streams between cores in one process and one thread: what is said lies in its stream until a step
 * delivers it, in the order of each direction of each stream and in any order between them.
 */
public final class LocalNetwork {
  /** As much as a stream takes before it says that it is not ready. */
  private static final int READY_MESSAGES = 8;

  private final TreeMap<Integer, Host> hosts = new TreeMap<>();
  private final TreeSet<String> cuts = new TreeSet<>();
  private final List<Wire> wires = new ArrayList<>();

  /** A run of a broker that others can reach. */
  private record Host(ReplicaCopies copies, String tokenHash) {}

  /** A broker can be reached from now on; what it had to say before is lost. */
  public void up(int id, ReplicaCopies copies, String tokenHash) {
    down(id);
    hosts.put(id, new Host(copies, tokenHash));
  }

  /** A broker is gone, and its streams with it: the others hear of it. */
  public void down(int id) {
    hosts.remove(id);
    endAll(wire -> wire.follower == id || wire.leader == id, "connection reset");
  }

  /** Nothing goes between two any more; nobody hears of it, and what is on its way waits. */
  public void cut(int one, int other) {
    cuts.add(pair(one, other));
  }

  /** It goes again; the streams of before have timed out meanwhile. */
  public void heal(int one, int other) {
    cuts.remove(pair(one, other));
    endAll(wire -> wire.between().equals(pair(one, other)), "timed out");
  }

  private static String pair(int one, int other) {
    return Math.min(one, other) + "-" + Math.max(one, other);
  }

  private void endAll(Predicate<Wire> which, String why) {
    wires.stream().filter(which).toList().forEach(wire -> wire.end(why, true));
  }

  /** The way of one broker to all others. */
  public LeaderDialer dialerOf(int follower) {
    return (leader, ear) -> {
      Wire wire = new Wire(follower, leader, ear);
      wires.add(wire);
      return wire.toLeader;
    };
  }

  /**
   * Delivers the next message of one direction.
   *
   * @param which of those that have some, reckoned round
   * @return false when none has
   */
  public boolean step(int which) {
    List<ArrayDeque<Runnable>> busy =
        wires.stream()
            .filter(wire -> !cuts.contains(wire.between()))
            .flatMap(wire -> Stream.of(wire.toLeader.queue, wire.toFollower.queue))
            .filter(queue -> !queue.isEmpty())
            .toList();
    if (busy.isEmpty()) {
      return false;
    }
    busy.get(which % busy.size()).removeFirst().run();
    return true;
  }

  /** One stream. */
  private final class Wire {
    private final int follower;
    private final int leader;
    private final LeaderDialer.Ear ear;
    private final ToLeader toLeader = new ToLeader();
    private final ToFollower toFollower = new ToFollower();
    private Optional<FollowerSession> session = Optional.empty();

    Wire(int follower, int leader, LeaderDialer.Ear ear) {
      this.follower = follower;
      this.leader = leader;
      this.ear = ear;
      toLeader.queue.add(this::open);
    }

    private String between() {
      return pair(follower, leader);
    }

    private Optional<ReplicaCopies> leaders() {
      return Optional.ofNullable(hosts.get(leader)).map(Host::copies);
    }

    private void open() {
      Optional<Host> here = Optional.ofNullable(hosts.get(follower));
      session =
          here.flatMap(own ->
              leaders().flatMap(copies -> copies.opened(follower, own.tokenHash(), toFollower)));
      if (session.isEmpty()) {
        end("refused", true);
      }
    }

    private void end(String why, boolean tellFollower) {
      if (!wires.remove(this)) {
        return;
      }
      toLeader.queue.clear();
      toFollower.queue.clear();
      session.ifPresent(one -> leaders().ifPresent(copies -> copies.ended(one)));
      if (tellFollower && hosts.containsKey(follower)) {
        ear.ended(why);
      }
    }

    /** The follower's end. */
    private final class ToLeader implements LeaderDialer.Stream {
      private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
      private boolean wasFull;

      @Override
      public boolean isReady() {
        wasFull = queue.size() >= READY_MESSAGES;
        return !wasFull;
      }

      @Override
      public void send(List<FollowerWord> words) {
        List<FollowerWord> sent = List.copyOf(words);
        queue.add(() -> {
          session.ifPresent(
              one -> sent.forEach(word -> leaders().ifPresent(copies -> copies.heard(one, word))));
          if (wasFull) {
            wasFull = false;
            ear.ready();
          }
        });
      }

      @Override
      public void cancel(String why) {
        end(why, false);
      }
    }

    /** The leader's end. */
    private final class ToFollower implements FollowerSession.Stream {
      private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
      private boolean wasFull;

      @Override
      public boolean isReady() {
        wasFull |= queue.size() >= READY_MESSAGES;
        return queue.size() < READY_MESSAGES;
      }

      @Override
      public void send(List<LeaderWord> words) {
        List<LeaderWord> sent = words.stream().map(Wire::copied).toList();
        queue.add(() -> {
          sent.forEach(ear::heard);
          if (wasFull && isReady()) {
            wasFull = false;
            session.ifPresent(FollowerSession::ready);
          }
        });
      }
    }

    /** The sender may do what it likes with its bytes afterwards. */
    private static LeaderWord copied(LeaderWord word) {
      if (word instanceof LeaderWord.Batches batches) {
        ByteBuffer bytes = ByteBuffer.allocate(batches.batches().remaining());
        bytes.put(batches.batches().duplicate()).flip();
        return new LeaderWord.Batches(
            batches.id(), batches.leaderEpoch(), bytes, batches.standing());
      }
      return word;
    }
  }
}
