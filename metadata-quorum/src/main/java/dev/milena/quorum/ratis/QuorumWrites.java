package dev.milena.quorum.ratis;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.UnreadableMetadata;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the quorum decide commands, each until it is answered or its time is up. Any thread. */
final class QuorumWrites {
  /** Commands that wait for an answer at once; more are turned away. */
  static final int MAX_PENDING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(QuorumWrites.class);

  private final Membership membership;
  private final ScheduledExecutorService timer;
  private final Executor callers;
  private final Semaphore pending = new Semaphore(MAX_PENDING);

  /**
   * @param callers where submitters are answered: they may block
   */
  QuorumWrites(Membership membership, ScheduledExecutorService timer, Executor callers) {
    this.membership = membership;
    this.timer = timer;
    this.callers = callers;
  }

  /** See {@link QuorumServer#submit(SubmittedCommand, long)}. */
  CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
    return submit(submitted, timeoutMs, bytes -> membership.peer().calls().write(bytes));
  }

  /** See {@link QuorumServer#submitAsLeader}. */
  CompletionStage<QuorumAnswer> submitAsLeader(
      MetadataCommand command, CommandOrigin origin, long term, long timeoutMs) {
    return submit(
        ofLeader(command, origin, term),
        timeoutMs,
        bytes -> membership.peer().calls().writeAsLeader(bytes, term));
  }

  /** Refused by apply when its entry is of another term. */
  static SubmittedCommand ofLeader(MetadataCommand command, CommandOrigin origin, long term) {
    return new SubmittedCommand(StampSource.requestId(), origin, term, command);
  }

  private CompletionStage<QuorumAnswer> submit(
      SubmittedCommand submitted,
      long timeoutMs,
      Function<ByteBuffer, CompletableFuture<CallOutcome>> attempt) {
    byte[] content = CommandCodec.encode(submitted);
    if (content.length > QuorumServer.MAX_SUBMISSION_BYTES) {
      return CompletableFuture.completedFuture(tooLarge(content.length));
    }
    if (!pending.tryAcquire()) {
      return CompletableFuture.completedFuture(
          new QuorumAnswer.Unavailable(
              "%s metadata commands wait for an answer already; retry later"
                  .formatted(MAX_PENDING)));
    }
    ByteBuffer bytes = ByteBuffer.wrap(content);
    CompletableFuture<QuorumAnswer> answer = new CompletableFuture<>();
    var _ =
        QuorumCall.start(() -> attempt.apply(bytes), timer, timeoutMs)
            .thenAccept(end -> {
              pending.release();
              callers.execute(() -> decode(end, answer));
            });
    return answer;
  }

  private QuorumAnswer tooLarge(int bytes) {
    return new QuorumAnswer.Refused(
        membership.peer().replica().view().appliedIndex(),
        Decision.Refused.of(
            RefusalReason.COMMAND_TOO_LARGE,
            "a metadata command has at most %s bytes, got %s; ask for less at a time"
                .formatted(QuorumServer.MAX_SUBMISSION_BYTES, bytes),
            TreePMap.<String, String>empty()));
  }

  private static void decode(QuorumCall.End end, CompletableFuture<QuorumAnswer> answer) {
    switch (end) {
      case QuorumCall.End.GaveUp gaveUp ->
          answer.complete(
              gaveUp.maybeLogged()
                  ? new QuorumAnswer.TimedOut()
                  : new QuorumAnswer.Unavailable("the quorum has no leader now: " + gaveUp.why()));
      case QuorumCall.End.Replied replied -> {
        try {
          answer.complete(AnswerCodec.decode(replied.content()));
        } catch (UnreadableMetadata newer) {
          log.atWarn().setCause(newer).log("the leader answered in the words of a newer release");
          answer.complete(new QuorumAnswer.TimedOut());
        }
      }
    }
  }
}
