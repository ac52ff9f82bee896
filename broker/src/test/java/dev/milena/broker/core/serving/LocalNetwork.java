package dev.milena.broker.core.serving;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.copy.LeaderWord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Streams between cores in one process and one thread: what is said lies in its stream until a step
 * delivers it, in the order of each direction of each stream and in any order between them. As with
 * TCP each end of a stream learns by itself, and perhaps late, that it is over.
 */
public final class LocalNetwork {
  /** As much as a stream takes before it says that it is not ready. */
  private static final int READY_MESSAGES = 8;

  private static final long READY_BYTES = 1 << 20;

  private final TreeMap<Integer, Host> hosts = new TreeMap<>();
  private final Set<Way> cuts = new HashSet<>();
  private final List<Wire> wires = new ArrayList<>();
  private Forgery forgery = new Forgery() {};
  private long mostBytes;

  /** A run of a broker that others can reach. */
  private record Host(ReplicaCopies copies, String tokenHash) {}

  /** From whom to whom. */
  private record Way(int from, int to) {}

  /** What becomes of words on their way: a lie, to see it found. */
  public interface Forgery {
    /** As the leader hears it. */
    default FollowerWord said(int follower, FollowerWord word) {
      return word;
    }

    /** As the follower hears it. */
    default LeaderWord answered(int follower, LeaderWord word) {
      return word;
    }
  }

  /** The most bytes of records that one stream has held at a time. */
  long mostBytesInAStream() {
    return mostBytes;
  }

  /** From now on words arrive as this makes of them. */
  public void forge(Forgery forged) {
    forgery = forged;
  }

  /** A run of a broker can be reached from now on; the one before is gone already. */
  public void up(int id, ReplicaCopies copies, String tokenHash) {
    hosts.put(id, new Host(copies, tokenHash));
  }

  /** A broker is gone, and at once its streams with it: the others hear of it. */
  public void down(int id) {
    hosts.remove(id);
    endAll(wire -> wire.isOf(id), "connection reset");
  }

  /**
   * A process ends: some of what it had said still arrives, and then that it is gone.
   *
   * @param arriving of how many messages in one stream how many
   */
  public void killed(int id, IntUnaryOperator arriving) {
    hosts.remove(id);
    List.copyOf(wires).forEach(wire -> wire.leave(id, arriving, true));
  }

  /**
   * A machine loses its power: some of what it had said still arrives. Who speaks to it hears
   * nothing before it runs again, or before its own patience ends ({@link #timeOut}).
   */
  public void vanished(int id, IntUnaryOperator arriving) {
    hosts.remove(id);
    List.copyOf(wires).forEach(wire -> wire.leave(id, arriving, false));
  }

  /** Nothing goes between two any more; nobody hears of it, and what is on its way waits. */
  public void cut(int one, int other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /** The same in one direction alone. */
  public void cutOneWay(int from, int to) {
    cuts.add(new Way(from, to));
  }

  /** Whether something that one says reaches the other. */
  public boolean goes(int from, int to) {
    return !cuts.contains(new Way(from, to));
  }

  /** It goes again in one direction, and what waited arrives. */
  public void join(int from, int to) {
    cuts.remove(new Way(from, to));
  }

  /** It goes again; the streams of before have timed out meanwhile. */
  public void heal(int one, int other) {
    join(one, other);
    join(other, one);
    endAll(wire -> wire.isOf(one) && wire.isOf(other), "timed out");
  }

  /**
   * One end of a stream that hears nothing any more gives it up.
   *
   * @param which of those, reckoned round
   * @return false when every stream is whole
   */
  public boolean timeOut(int which) {
    List<Runnable> waiting = wires.stream().flatMap(Wire::waitingInVain).toList();
    if (waiting.isEmpty()) {
      return false;
    }
    waiting.get(which % waiting.size()).run();
    return true;
  }

  private void endAll(Predicate<Wire> which, String why) {
    wires.stream().filter(which).toList().forEach(wire -> wire.end(why));
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
    List<ArrayDeque<Runnable>> busy = wires.stream().flatMap(Wire::arriving).toList();
    if (busy.isEmpty()) {
      return false;
    }
    busy.get(which % busy.size()).removeFirst().run();
    wires.removeIf(Wire::isOver);
    return true;
  }

  /** One stream: two ends, each with what is on its way to it. */
  private final class Wire {
    private final int follower;
    private final int leader;
    private final LeaderDialer.Ear ear;
    private final String tokenHash;
    private final ToLeader toLeader = new ToLeader();
    private final ToFollower toFollower = new ToFollower();
    private Optional<FollowerSession> session = Optional.empty();
    private Optional<ReplicaCopies> copies = Optional.empty();
    private boolean followerListens = true;
    private boolean leaderListens = true;

    Wire(int follower, int leader, LeaderDialer.Ear ear) {
      this.follower = follower;
      this.leader = leader;
      this.ear = ear;
      this.tokenHash = Optional.ofNullable(hosts.get(follower)).map(Host::tokenHash).orElse("");
      toLeader.queue.add(this::open);
    }

    boolean isOf(int id) {
      return follower == id || leader == id;
    }

    boolean isOver() {
      return !followerListens
          && !leaderListens
          && toLeader.queue.isEmpty()
          && toFollower.queue.isEmpty();
    }

    Stream<ArrayDeque<Runnable>> arriving() {
      return Stream.concat(
          goes(follower, leader) && !toLeader.queue.isEmpty()
              ? Stream.of(toLeader.queue)
              : Stream.of(),
          goes(leader, follower) && !toFollower.queue.isEmpty()
              ? Stream.of(toFollower.queue)
              : Stream.of());
    }

    /** The ends that hear nothing because the way is cut, or nobody is at the other end. */
    Stream<Runnable> waitingInVain() {
      boolean followerWaits = followerListens && (!goes(leader, follower) || !leaderListens);
      boolean leaderWaits = leaderListens && (!goes(follower, leader) || !followerListens);
      return Stream.concat(
          followerWaits ? Stream.of(() -> followerLeaves("timed out", true)) : Stream.of(),
          leaderWaits ? Stream.of(this::leaderLeaves) : Stream.of());
    }

    private void open() {
      if (!leaderListens) {
        resetFollower("connection reset");
        return;
      }
      copies = Optional.ofNullable(hosts.get(leader)).map(Host::copies);
      session = copies.flatMap(there -> there.opened(follower, tokenHash, toFollower));
      if (session.isEmpty()) {
        leaderListens = false;
        resetFollower("refused");
      }
    }

    /** The follower learns that its stream is over, when that arrives. */
    private void resetFollower(String why) {
      toFollower.queue.add(() -> {
        if (followerListens) {
          followerListens = false;
          ear.ended(why);
        }
      });
    }

    private void resetLeader() {
      toLeader.queue.add(this::leaderHearsTheEnd);
    }

    private void leaderHearsTheEnd() {
      if (leaderListens) {
        leaderListens = false;
        session.ifPresent(one -> copies.ifPresent(there -> there.ended(one)));
      }
    }

    private void followerLeaves(String why, boolean hears) {
      followerListens = false;
      resetLeader();
      if (hears) {
        ear.ended(why);
      }
    }

    private void leaderLeaves() {
      leaderHearsTheEnd();
      resetFollower("the leader gave it up");
    }

    /** One of the two is gone. */
    void leave(int id, IntUnaryOperator arriving, boolean says) {
      if (id == follower && followerListens) {
        followerListens = false;
        keep(toLeader.queue, arriving);
        if (says) {
          resetLeader();
        }
      }
      if (id == leader && leaderListens) {
        leaderListens = false;
        keep(toFollower.queue, arriving);
        if (says) {
          resetFollower("connection reset");
        }
      }
    }

    private static void keep(ArrayDeque<Runnable> queue, IntUnaryOperator arriving) {
      int kept = arriving.applyAsInt(queue.size());
      while (queue.size() > kept) {
        queue.removeLast();
      }
    }

    /** Both ends hear of it now; what is on its way is lost. */
    void end(String why) {
      wires.remove(this);
      toLeader.queue.clear();
      toFollower.queue.clear();
      leaderHearsTheEnd();
      if (followerListens) {
        followerListens = false;
        if (hosts.containsKey(follower)) {
          ear.ended(why);
        }
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
        queue.add(() -> arrived(sent));
      }

      private void arrived(List<FollowerWord> sent) {
        if (!leaderListens && hosts.containsKey(leader)) {
          resetFollower("connection reset");
        }
        if (leaderListens) {
          session.ifPresent(one ->
              sent.forEach(word ->
                  copies.ifPresent(there -> there.heard(one, forgery.said(follower, word)))));
        }
        if (wasFull && followerListens) {
          wasFull = false;
          ear.ready();
        }
      }

      @Override
      public void cancel(String why) {
        if (followerListens) {
          followerLeaves(why, false);
        }
      }
    }

    /** The leader's end. */
    private final class ToFollower implements FollowerSession.Stream {
      private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
      private long bytes;
      private boolean wasFull;

      @Override
      public boolean isReady() {
        boolean ready = queue.size() < READY_MESSAGES && bytes < READY_BYTES;
        wasFull |= !ready;
        return ready;
      }

      @Override
      public void send(List<LeaderWord> words) {
        List<LeaderWord> sent = words.stream().map(Wire::copied).toList();
        bytes += sent.stream().mapToLong(LeaderWord::bytes).sum();
        mostBytes = Math.max(mostBytes, bytes);
        queue.add(() -> arrived(sent));
      }

      @Override
      public void end(String why) {
        leaderListens = false;
        resetFollower(why);
      }

      private void arrived(List<LeaderWord> sent) {
        bytes -= sent.stream().mapToLong(LeaderWord::bytes).sum();
        if (!followerListens && hosts.containsKey(follower)) {
          resetLeader();
        }
        if (followerListens) {
          sent.forEach(word -> ear.heard(forgery.answered(follower, word)));
        }
        if (wasFull && isReady() && leaderListens) {
          wasFull = false;
          session.ifPresent(FollowerSession::ready);
        }
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
