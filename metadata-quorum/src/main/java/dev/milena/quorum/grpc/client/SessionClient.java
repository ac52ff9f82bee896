package dev.milena.quorum.grpc.client;

import com.google.protobuf.ByteString;
import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.BrokerSessionsGrpc;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.proto.peer.v1.LeaderPlace;
import dev.milena.proto.peer.v1.NotLeader;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.control.Silence;
import dev.milena.quorum.grpc.IncarnationBytes;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's session with the leader of the quorum: finds the leader, keeps a stream open to it,
 * and tells it how far this broker is, at once when that changes and at least once a heartbeat.
 *
 * <p>A beat that is not answered within a heartbeat means that the connection has lost its other
 * end, which gRPC itself would notice later: it is given up and the leader looked for anew. Any
 * thread may call; nothing here waits.
 */
public final class SessionClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionClient.class);

  /**
   * How late a beat may be, as a share of the interval: looks cost an idle node more than beats.
   */
  private static final int LOOKS_PER_BEAT = 8;

  /** Between two beats that only say that the index moved: it moves a thousand times a second. */
  private static final long GAP_MS = 2;

  /** A stream that lived as long is asked for again where it was. */
  private static final long LASTING_MS = 500;

  private final PeerCalls calls;
  private final AddressRound round;
  private final Self self;
  private final long beatMs;
  private final PeerLoop loop;
  private final SpreadWaits spreads;
  private final AtomicReference<Beat> beat = new AtomicReference<>(new Beat(-1, false, false));
  private final AtomicBoolean nudged = new AtomicBoolean();
  private @Nullable SessionCall current;
  private boolean gapTimed;
  private volatile Seen seen = new Seen(Optional.empty(), Optional.empty());
  private final TroublesSaid troubles = new TroublesSaid();

  /** This run of the broker, of which each beat says the same, and for how long it is silent. */
  private record Self(ByteString incarnation, Supplier<Silence> silence) {
    void say(SessionCall call, Beat beat) {
      call.say(incarnation, beat.with(silence.get()));
    }
  }

  /** What others than the loop may ask for; the loop writes it. */
  private record Seen(Optional<PeerAddress> leader, Optional<HeardTime> time) {
    Seen ledBy(Optional<PeerAddress> newest) {
      return new Seen(newest, time);
    }

    Seen at(HeardTime newest) {
      return new Seen(leader, Optional.of(newest));
    }
  }

  /**
   * Says nothing yet; see {@link #start}.
   *
   * @param run this run of the broker, as it is registered
   * @param beatMs broker.heartbeat.interval.ms
   * @param start where in the list of members to begin, best different on every node
   * @param silence of this broker's disks and loops, as last measured; waits for nothing
   * @param fatal told when something throws that must not, which is a bug
   */
  public SessionClient(
      PeerCalls calls,
      MemberAddresses members,
      IncarnationId run,
      long beatMs,
      int start,
      Supplier<Silence> silence,
      Consumer<? super Throwable> fatal) {
    this.calls = calls;
    this.round = new AddressRound(members, start);
    this.self = new Self(IncarnationBytes.of(run), silence);
    this.beatMs = beatMs;
    this.loop = new PeerLoop("broker-session", fatal);
    this.spreads = new SpreadWaits(calls, loop);
  }

  /** Begins; the broker must be registered. */
  public void start() {
    loop.execute(this::connectNext);
    loop.every(Math.max(1, beatMs / LOOKS_PER_BEAT), this::tick);
  }

  /** Everything up to here is in this broker's image and told to its loops. */
  public void acknowledged(long index) {
    say(was -> new Beat(Math.max(index, was.acknowledgedIndex()), was.ready(), was.leaving()));
  }

  /** Whether this broker's logs are open. */
  public void ready(boolean ready) {
    say(was -> new Beat(was.acknowledgedIndex(), ready, was.leaving()));
  }

  /** Whether this broker is stopping and has given away what it could. */
  public void leaving(boolean leaving) {
    say(was -> new Beat(was.acknowledgedIndex(), was.ready(), leaving));
  }

  private void say(UnaryOperator<Beat> change) {
    Beat before = beat.getAndUpdate(change);
    if (!beat.get().equals(before) && !nudged.getAndSet(true)) {
      loop.execute(this::beatIfDue);
    }
  }

  /**
   * Waits until every unfenced broker has acknowledged an index.
   *
   * @param timeoutMs 1 to 60,000; the stage completes normally within it
   * @return whether all have; false also when the leader could not be asked in time
   */
  public CompletionStage<Boolean> awaitSpread(long index, int timeoutMs) {
    return spreads.await(index, timeoutMs);
  }

  /** Where the leader is that has answered last, if this session stands. Any thread. */
  public Optional<PeerAddress> leader() {
    return seen.leader();
  }

  /** The cluster's time as a leader has said it last, of this run's sessions. Any thread. */
  public Optional<HeardTime> time() {
    return seen.time();
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
    SessionCall call = new SessionCall(address, loop, this::answered, this::ended);
    current = call;
    var _ = BrokerSessionsGrpc.newStub(calls.to(address)).session(call);
    nudged.set(false);
    self.say(call, beat.get());
  }

  private void tick() {
    SessionCall call = current;
    if (call != null && call.waits() && call.saidAgoMs() >= beatMs) {
      calls.redial(call.address());
      lost(call, "a beat was not answered within " + beatMs + " ms", false);
    } else {
      beatIfDue();
    }
  }

  private void beatIfDue() {
    nudged.set(false);
    SessionCall call = current;
    if (call == null || call.waits()) {
      // the answer looks here again
      return;
    }
    Beat now = beat.get();
    Beat said = call.said();
    boolean otherState = now.ready() != said.ready() || now.leaving() != said.leaving();
    boolean moved = now.acknowledgedIndex() != said.acknowledgedIndex();
    long agoMs = call.saidAgoMs();
    if (otherState || agoMs >= beatMs || (moved && agoMs >= GAP_MS)) {
      self.say(call, now);
    } else if (moved && !gapTimed) {
      gapTimed = true;
      var _ =
          loop.after(
              GAP_MS,
              () -> {
                gapTimed = false;
                beatIfDue();
              });
    }
  }

  private void answered(SessionCall call, LeaderBeat answer) {
    if (call != current) {
      return;
    }
    switch (answer.getAnswerCase()) {
      case HEARD -> {
        boolean first = !call.isEstablished();
        call.heard();
        timeIs(answer.getHeard());
        if (first) {
          found(call);
        }
        beatIfDue();
      }
      case NOT_LEADER -> notLeader(call, answer.getNotLeader());
      case ANSWER_NOT_SET -> lost(call, "an answer of a newer release", false);
    }
  }

  /** One that says nothing of the time takes nothing back of what was heard of it before. */
  private void timeIs(LeaderPlace place) {
    if (place.hasClusterTimeMs()) {
      long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
      seen = seen.at(new HeardTime(place.getClusterTimeMs(), nowMs));
    }
  }

  private void found(SessionCall call) {
    round.worked(call.address());
    troubles.forget();
    seen = seen.ledBy(Optional.of(call.address()));
    spreads.leaderIs(call.address());
    log.atInfo().addKeyValue("leader", call.address()).log("has a session with the quorum");
  }

  private void notLeader(SessionCall call, NotLeader answer) {
    round.failed(call.address());
    PeerAddresses.of(answer.getLeader()).ifPresent(round::prefer);
    lost(call, "it does not lead the quorum", false);
  }

  private void ended(SessionCall call, String why) {
    if (call == current) {
      lost(call, why, call.isEstablished() && call.ageMs() >= LASTING_MS);
    }
  }

  /**
   * @param sameFirst the connection broke after it had stood: whoever was there may be there still
   */
  private void lost(SessionCall call, String why, boolean sameFirst) {
    if (troubles.isNew(call.address() + why)) {
      log.atInfo()
          .addKeyValue("member", call.address())
          .log("no session with the quorum here: " + why);
    }
    current = null;
    seen = seen.ledBy(Optional.empty());
    spreads.leaderLost();
    call.cancel(why);
    if (!sameFirst) {
      round.failed(call.address());
    }
    connectNext();
  }

  /** Ends the session in good order. Who waits for the spread is told that it is not known. */
  @Override
  public void close() {
    loop.close(() -> {
      SessionCall call = current;
      current = null;
      seen = seen.ledBy(Optional.empty());
      spreads.close();
      if (call != null) {
        call.finish();
      }
    });
  }
}
