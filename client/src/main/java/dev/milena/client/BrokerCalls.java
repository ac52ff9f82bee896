package dev.milena.client;

import dev.milena.client.connection.Connections;
import dev.milena.client.connection.HostPort;
import dev.milena.client.connection.Reach;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls that any broker can answer: tries address after address, and again after a while, until one
 * answers or the time is over.
 *
 * <p>When no address can be connected to, it fails after one round: waiting would only hide a wrong
 * address.
 */
@OwnedBy(Owner.ANY_THREAD)
final class BrokerCalls {
  /** So that the broker's own, better explained, timeout comes before ours. */
  private static final int GRACE_MS = 500;

  /** Whether a call may be made again although its first outcome is unknown. */
  enum Kind {
    READ,
    CHANGE
  }

  /** A request that may depend on the time that is left. */
  interface Request<Q> {
    Q within(int timeoutMs);
  }

  private final ClientSettings settings;
  private final Connections connections;

  /** The broker that answered last, asked first the next time. */
  private volatile @Nullable HostPort favourite;

  /** Addresses learnt from the cluster. */
  private volatile List<HostPort> learnt = List.of();

  BrokerCalls(ClientSettings settings, Connections connections) {
    this.settings = settings;
    this.connections = connections;
  }

  int requestTimeoutMs() {
    return settings.requestTimeoutMs();
  }

  /** Remembers where brokers are, for when the bootstrap addresses are gone. */
  void learn(List<HostPort> brokers) {
    learnt = List.copyOf(brokers);
  }

  /**
   * Makes a call.
   *
   * @throws MilenaException when the cluster refused, or did not answer in time
   */
  <Q, A> A call(MethodDescriptor<Q, A> method, Kind kind, Request<Q> request) {
    Deadline deadline = Deadline.in(settings.requestTimeoutMs());
    MilenaException before = null;
    for (int attempt = 1; ; attempt++) {
      Set<HostPort> addresses = addresses();
      Round round = new Round(addresses.size(), before);
      for (HostPort address : addresses) {
        A answer = ask(address, method, kind, request, deadline, round);
        if (answer != null) {
          favourite = address;
          return answer;
        }
      }
      MilenaException failure = failure(round, deadline);
      long backoffNanos = Retry.backoffNanos(attempt, failure.about());
      if (failure instanceof NoBrokerReachable || backoffNanos >= deadline.leftNanos()) {
        throw failure;
      }
      before = failure;
      pause(backoffNanos);
    }
  }

  /** One pass over the addresses. */
  private static final class Round {
    private final List<NoBrokerReachable.Attempt> unreachable = new ArrayList<>();
    private @Nullable MilenaException refused;

    /** How the round before ended, if there was one: a broker's own words. */
    private final @Nullable MilenaException before;

    /** Addresses that were not asked yet. */
    private int left;

    Round(int addresses, @Nullable MilenaException before) {
      this.left = addresses;
      this.before = before;
    }

    /** What a broker answered last. */
    private @Nullable MilenaException said() {
      return refused != null ? refused : before;
    }
  }

  /** What a round ended with; the time that is left goes into finding out why. */
  private MilenaException failure(Round round, Deadline deadline) {
    if (round.refused != null) {
      return round.refused;
    }
    List<NoBrokerReachable.Attempt> explained = new ArrayList<>();
    int left = round.unreachable.size();
    for (NoBrokerReachable.Attempt attempt : round.unreachable) {
      // an address is connected to, then listened to
      int shareMs = deadline.leftMs() / (2 * left--);
      explained.add(
          shareMs == 0
              ? attempt
              : new NoBrokerReachable.Attempt(
                  attempt.address(), connections.explain(attempt.address(), shareMs)));
    }
    return new NoBrokerReachable(explained);
  }

  private <Q, A> @Nullable A ask(
      HostPort address,
      MethodDescriptor<Q, A> method,
      Kind kind,
      Request<Q> request,
      Deadline deadline,
      Round round) {
    // an address that swallows packets leaves the others their share, and the explanation one
    int shareMs = deadline.leftMs() / (1 + round.left--);
    if (deadline.over()) {
      round.unreachable.add(
          new NoBrokerReachable.Attempt(
              address, "not tried, " + settings.requestTimeoutMs() + " ms were over"));
      return null;
    }
    switch (reach(address, shareMs)) {
      case Reach.Unreachable(String answer) -> {
        round.unreachable.add(new NoBrokerReachable.Attempt(address, answer));
        return null;
      }
      case Reach.Reached(Channel channel) -> {
        try {
          int leftMs = Math.max(1, deadline.leftMs());
          return ClientCalls.blockingUnaryCall(
              channel,
              method,
              CallOptions.DEFAULT.withDeadlineAfter(leftMs + GRACE_MS, TimeUnit.MILLISECONDS),
              request.within(leftMs));
        } catch (StatusRuntimeException e) {
          MilenaException failure = Failures.of(e, address.toString());
          MilenaException said = round.said();
          if (said != null && kind == Kind.READ && isOwnTimeOut(failure)) {
            // our time was over in the midst of a repeated question: what was said is the reason
            throw said;
          }
          round.refused =
              retriableOrThrow(isOwnTimeOut(failure) ? late(address, e) : failure, kind);
          return null;
        }
      }
    }
  }

  private static boolean isOwnTimeOut(MilenaException failure) {
    return failure.reason().equals(ClientReason.TIMED_OUT.name());
  }

  /** The time is the whole call's: with more of it the same broker may answer. */
  private MilenaException late(HostPort address, StatusRuntimeException thrown) {
    return ClientReason.TIMED_OUT.failure(
        "%s did not answer within the %s ms that the call may take"
            .formatted(address, settings.requestTimeoutMs()),
        thrown);
  }

  private static MilenaException retriableOrThrow(MilenaException failure, Kind kind) {
    boolean lost = failure.reason().equals(ClientReason.CONNECTION_LOST.name());
    boolean late = failure.status().equals("DEADLINE_EXCEEDED");
    if (kind == Kind.CHANGE && (lost || isOwnTimeOut(failure))) {
      throw (lost ? ClientReason.CONNECTION_LOST : ClientReason.TIMED_OUT)
          .failure(
              failure.getMessage()
                  + "; the change may or may not have been made: look before you repeat it",
              failure);
    }
    // NOT_ENOUGH_BROKERS heals only when somebody starts a broker: say it now
    if (late || !failure.retriable() || failure.reason().equals("NOT_ENOUGH_BROKERS")) {
      throw failure;
    }
    return failure;
  }

  private Set<HostPort> addresses() {
    Set<HostPort> all = new LinkedHashSet<>();
    HostPort first = favourite;
    if (first != null) {
      all.add(first);
    }
    all.addAll(settings.bootstrap());
    all.addAll(learnt);
    return all;
  }

  private Reach reach(HostPort address, int timeoutMs) {
    try {
      return connections.reach(address, Math.max(1, timeoutMs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static void pause(long nanos) {
    LockSupport.parkNanos(nanos);
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
  }

  private static MilenaException interrupted() {
    return ClientReason.INTERRUPTED.failure("interrupted while waiting for a broker");
  }
}
