package dev.milena.quorum.grpc.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.UnreadableMetadata;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.ReadIndexRequest;
import dev.milena.proto.peer.v1.ReadIndexResponse;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.proto.peer.v1.SubmitResponse;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.view.AwaitableView;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quorum from a node that has no member of it: whichever member answers is asked, under
 * deadlines. Any thread may call; answers come on virtual threads.
 */
public final class RemoteQuorum implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RemoteQuorum.class);

  /** Questions that wait for an answer at once; more are turned away. */
  static final int MAX_PENDING = 10_000;

  private static final String FULL =
      MAX_PENDING + " questions to the quorum wait for an answer already; retry later";

  private static final String STOPPING = "this node is stopping";

  private final PeerCalls calls;
  private final MemberAddresses members;
  private final AwaitableView view;
  private final int start;
  private final PeerLoop loop;
  private final Semaphore pending = new Semaphore(MAX_PENDING);
  private final Set<MemberCall<?, ?, ?>> underWay = ConcurrentHashMap.newKeySet();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Runnable> readers = ConcurrentHashMap.newKeySet();
  private volatile Optional<PeerAddress> worked = Optional.empty();
  private boolean closed;

  /**
   * Asks nothing yet.
   *
   * @param view that follows the quorum; {@link #readIndex} waits for it
   * @param start where in the list of members to begin, best different on every node
   * @param fatal told when something throws that must not, which is a bug
   */
  public RemoteQuorum(
      PeerCalls calls,
      MemberAddresses members,
      AwaitableView view,
      int start,
      Consumer<? super Throwable> fatal) {
    this.calls = calls;
    this.members = members;
    this.view = view;
    this.start = start;
    this.loop = new PeerLoop("remote-quorum", fatal);
  }

  /** Submits a command under a request id of its own. */
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    UUID fresh = UUID.randomUUID();
    RequestId id = new RequestId(fresh.getMostSignificantBits(), fresh.getLeastSignificantBits());
    return submit(new SubmittedCommand(id, origin, command), timeoutMs);
  }

  /**
   * Submits a command; sends it again, to one member after the other, until it is answered or the
   * time is up. One without a request id is sent again only if it surely did not arrive.
   *
   * @param timeoutMs how long to try, in milliseconds
   */
  public CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
    SubmitRequest request = request(submitted);
    var asking =
        new MemberCall.Asking<SubmitRequest, SubmitResponse, QuorumAnswer>(
            QuorumAccessGrpc.getSubmitMethod(),
            ms -> request.toBuilder().setTimeoutMs(ms).build(),
            RemoteQuorum::verdict,
            !submitted.requestId().equals(RequestId.NONE));
    CompletableFuture<QuorumAnswer> answer = new CompletableFuture<>();
    ask(
        asking,
        timeoutMs,
        end -> {
          QuorumAnswer known =
              switch (end) {
                case MemberCall.End.Answered<QuorumAnswer>(QuorumAnswer decided) -> decided;
                case MemberCall.End.GaveUp<QuorumAnswer>(String why, boolean maybeDone) ->
                    maybeDone ? new QuorumAnswer.TimedOut() : new QuorumAnswer.Unavailable(why);
              };
          onCallers(() -> answer.complete(known));
        });
    return answer;
  }

  private SubmitRequest request(SubmittedCommand submitted) {
    SubmitRequest.Builder request =
        SubmitRequest.newBuilder()
            .setSubmission(UnsafeByteOperations.unsafeWrap(CommandCodec.encode(submitted)));
    if (submitted.command() instanceof MetadataCommand.RegisterBroker register) {
      calls
          .tokenOf(register.replaces())
          .ifPresent(proof -> request.setReplacesToken(ByteString.copyFrom(proof.bytes())));
    }
    return request.build();
  }

  private static MemberCall.Verdict<QuorumAnswer> verdict(SubmitResponse response) {
    return switch (response.getOutcomeCase()) {
      case ANSWER -> answered(response.getAnswer());
      case UNAVAILABLE ->
          new MemberCall.Verdict.NotNow<>(response.getUnavailable().getWhy(), false);
      case UNKNOWN -> new MemberCall.Verdict.NotNow<>("it does not know what came of it", true);
      case OUTCOME_NOT_SET -> new MemberCall.Verdict.NotNow<>("an answer that says nothing", true);
    };
  }

  private static MemberCall.Verdict<QuorumAnswer> answered(ByteString bytes) {
    try {
      return new MemberCall.Verdict.Final<>(AnswerCodec.decode(bytes.asReadOnlyByteBuffer()));
    } catch (UnreadableMetadata newer) {
      log.atWarn().setCause(newer).log("the quorum answered in the words of a newer release");
      return new MemberCall.Verdict.NotNow<>("an answer of a newer release", true);
    }
  }

  /**
   * Waits until this node's view holds all that was agreed before the call.
   *
   * @param timeoutMs how long to wait, in milliseconds
   */
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    var asking =
        new MemberCall.Asking<ReadIndexRequest, ReadIndexResponse, Long>(
            QuorumAccessGrpc.getReadIndexMethod(),
            ms -> ReadIndexRequest.newBuilder().setTimeoutMs(ms).build(),
            RemoteQuorum::verdict,
            true);
    CompletableFuture<ReadAnswer> answer = new CompletableFuture<>();
    ask(
        asking,
        timeoutMs,
        end -> {
          switch (end) {
            case MemberCall.End.Answered<Long>(Long index) -> await(index, endNanos, answer);
            case MemberCall.End.GaveUp<Long> gaveUp ->
                onCallers(() -> answer.complete(new ReadAnswer.Unavailable(gaveUp.why())));
          }
        });
    return answer;
  }

  private static MemberCall.Verdict<Long> verdict(ReadIndexResponse response) {
    return switch (response.getOutcomeCase()) {
      case INDEX -> new MemberCall.Verdict.Final<>(response.getIndex());
      case UNAVAILABLE ->
          new MemberCall.Verdict.NotNow<>(response.getUnavailable().getWhy(), false);
      case OUTCOME_NOT_SET -> new MemberCall.Verdict.NotNow<>("an answer that says nothing", false);
    };
  }

  /** The quorum's index is known; the view may still be on its way there. On the loop. */
  private void await(long index, long endNanos, CompletableFuture<ReadAnswer> answer) {
    Runnable reached = () -> onCallers(() -> answer.complete(new ReadAnswer.CaughtUp(index)));
    Runnable late =
        () -> {
          view.forget(index, reached);
          String why =
              "this node's view is at %s, the quorum at %s".formatted(view.appliedIndex(), index);
          onCallers(() -> answer.complete(new ReadAnswer.Unavailable(why)));
        };
    if (readers.size() >= MAX_PENDING) {
      late.run();
      return;
    }
    readers.add(late);
    long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    PeerLoop.Later deadline = loop.after(Math.max(0, leftMs), late);
    var _ =
        answer.whenComplete((known, failure) -> {
          readers.remove(late);
          deadline.cancel();
        });
    view.whenApplied(index, reached);
  }

  private <Q, R, A> void ask(
      MemberCall.Asking<Q, R, A> asking, long timeoutMs, Consumer<MemberCall.End<A>> then) {
    AddressRound round = new AddressRound(members, start);
    worked.ifPresent(round::prefer);
    MemberCall<Q, R, A> call = new MemberCall<>(loop, calls, round, asking, timeoutMs);
    String refusal;
    synchronized (this) {
      refusal = closed ? STOPPING : pending.tryAcquire() ? "" : FULL;
      if (refusal.isEmpty()) {
        underWay.add(call);
        var _ =
            call.start()
                .thenAccept(end -> {
                  pending.release();
                  underWay.remove(call);
                  worked = round.preferred();
                  then.accept(end);
                });
      }
    }
    if (!refusal.isEmpty()) {
      then.accept(new MemberCall.End.GaveUp<>(refusal, false));
    }
  }

  /** What is agreed, as this node knows it. */
  public MetadataView view() {
    return view;
  }

  /** Answers on a thread that may block: the loop may not. */
  private void onCallers(Runnable answering) {
    try {
      callers.execute(answering);
    } catch (RejectedExecutionException stopping) {
      answering.run();
    }
  }

  /** Gives up what is under way, as unavailable or timed out. The channels stay open. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      loop.close(() -> {
        underWay.forEach(MemberCall::giveUp);
        readers.forEach(Runnable::run);
      });
    }
    callers.shutdown();
  }
}
