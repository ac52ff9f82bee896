package dev.milena.quorum.grpc.client;

import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.control.DialOutcome;
import dev.milena.quorum.control.Dialer;
import dev.milena.quorum.grpc.IncarnationBytes;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a node at its advertised address: a plain TCP connection tells a process that is gone from
 * a network that is, and a ping over it which run answers.
 *
 * <p>Names are resolved at every call. A few calls are made at once, each on a thread of its own
 * that ends when there are none; what cannot be made in time is silence, which has no consequence.
 */
public final class GrpcDialer implements Dialer, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GrpcDialer.class);

  /** Calls that wait for a thread; more are silence at once. */
  static final int MAX_WAITING = 1_000;

  /** Of one address, for one outcome. */
  static final int MAX_CALLS = 3;

  /** For connecting and for the answer to the ping, together. */
  private static final long PATIENCE_MS = 1_000;

  /** From being asked to the outcome, whatever a look-up of a name takes. */
  private static final long OUTCOME_MS = 1_900;

  private static final long THREAD_IDLE_MS = 5_000;

  private final PeerCalls calls;
  private final ThreadPoolExecutor callers;
  private final PeerLoop timer;

  /**
   * Calls nobody yet.
   *
   * @param most calls at once
   * @param fatal told when something throws that must not: whoever hears outcomes, or a bug
   */
  public GrpcDialer(PeerCalls calls, int most, Consumer<? super Throwable> fatal) {
    this.calls = calls;
    this.timer = new PeerLoop("dial-outcomes", fatal);
    this.callers =
        new ThreadPoolExecutor(
            most,
            most,
            THREAD_IDLE_MS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("dial-", 0).factory());
    callers.allowCoreThreadTimeOut(true);
  }

  @Override
  public void dial(String host, int port, Consumer<DialOutcome> outcome) {
    AtomicBoolean told = new AtomicBoolean();
    Consumer<DialOutcome> once =
        found ->
            timer.execute(() -> {
              if (!told.getAndSet(true)) {
                outcome.accept(found);
              }
            });
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(OUTCOME_MS);
    var _ = timer.after(OUTCOME_MS, () -> once.accept(new DialOutcome.Silent()));
    try {
      callers.execute(() -> {
        if (System.nanoTime() < endNanos) {
          once.accept(call(host, port));
        }
      });
    } catch (RejectedExecutionException full) {
      log.atWarn().addKeyValue("waiting", MAX_WAITING).log("too many brokers to call at once");
      once.accept(new DialOutcome.Silent());
    }
  }

  private DialOutcome call(String host, int port) {
    if (PeerAddress.of(host, port).isEmpty()) {
      // a row from before registrations were checked so; Java takes no host for this machine
      return new DialOutcome.Silent();
    }
    List<InetAddress> found;
    try {
      found = Arrays.asList(InetAddress.getAllByName(host));
    } catch (UnknownHostException unknown) {
      // a name that is gone may be a name server that is
      return new DialOutcome.Silent();
    }
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    boolean allRefused = true;
    for (InetAddress one : found) {
      switch (callOne(one, port, endNanos)) {
        case DialOutcome.Answered answered -> {
          return answered;
        }
        case DialOutcome.Silent() -> allRefused = false;
        case DialOutcome.Refused() -> {}
      }
    }
    return allRefused ? new DialOutcome.Refused() : new DialOutcome.Silent();
  }

  /**
   * Calls again when a call breaks: of a process that was killed the kernel ends one connection
   * after the other, and the port that it listened on takes calls until its turn comes.
   */
  private DialOutcome callOne(InetAddress one, int port, long endNanos) {
    for (int call = 0; call < MAX_CALLS; call++) {
      switch (connect(one, port, leftMs(endNanos))) {
        case REFUSED -> {
          return new DialOutcome.Refused();
        }
        case SILENT -> {
          return new DialOutcome.Silent();
        }
        case CONNECTED -> {
          Optional<DialOutcome> outcome =
              ping(new PeerAddress(one.getHostAddress(), port), leftMs(endNanos));
          if (outcome.isPresent()) {
            return outcome.get();
          }
        }
      }
    }
    return new DialOutcome.Silent();
  }

  private enum Connecting {
    CONNECTED,
    REFUSED,
    SILENT
  }

  private static Connecting connect(InetAddress address, int port, int timeoutMs) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), timeoutMs);
      return Connecting.CONNECTED;
    } catch (ConnectException refused) {
      // the kernel's own time-out is reported so too, but comes after minutes and not within ours
      return Connecting.REFUSED;
    } catch (IOException noWay) {
      return Connecting.SILENT;
    }
  }

  /** Empty when the connection broke before an answer. */
  private Optional<DialOutcome> ping(PeerAddress address, int timeoutMs) {
    ManagedChannel apart = calls.apart(address);
    try {
      PingResponse answer =
          NodePresenceGrpc.newBlockingStub(calls.saying(apart))
              .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
              .ping(PingRequest.getDefaultInstance());
      Optional<IncarnationId> run = IncarnationBytes.read(answer.getIncarnation());
      return Optional.of(
          run.isPresent() ? new DialOutcome.Answered(run.get()) : new DialOutcome.Silent());
    } catch (StatusRuntimeException noAnswer) {
      boolean broke = noAnswer.getStatus().getCode() == Status.Code.UNAVAILABLE;
      return broke ? Optional.empty() : Optional.of(new DialOutcome.Silent());
    } finally {
      apart.shutdownNow();
    }
  }

  private static int leftMs(long endNanos) {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
  }

  /** Calls nobody any more; calls under way have no outcome. */
  @Override
  public void close() {
    callers.shutdownNow();
    timer.close();
  }
}
