package dev.milena.quorum.grpc;

import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.server.QuorumMember;
import dev.milena.quorum.grpc.server.QuorumSight;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StoreFailure;
import dev.milena.quorum.view.KeepingUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A member of a {@link TestQuorum} with a real replica, which lags or fails as it is told. */
public final class TestMember implements QuorumMember, AutoCloseable {
  private static final long TERM = 3;

  private final TestQuorum quorum;
  private final MetadataReplica replica;
  private volatile long heldAt = Long.MAX_VALUE;
  private final AtomicInteger submissions = new AtomicInteger();
  private final KeepingUp keepingUp = new KeepingUp();
  private volatile boolean cutOff;
  private volatile long lastTimeoutMs;

  /** What becomes of the next submissions. */
  private volatile Answering answering = Answering.TRUTHFULLY;

  /** How a member answers a submission. */
  public enum Answering {
    TRUTHFULLY,
    /** Has it decided, and says that it does not know. */
    DECIDED_BUT_UNKNOWN,
    NEVER,
    UNAVAILABLE
  }

  /**
   * A member that has applied all there is.
   *
   * @param journalBytes how much of the journal it keeps
   */
  public TestMember(TestQuorum quorum, Path folder, long journalBytes) throws IOException {
    this.quorum = quorum;
    replica = new MetadataReplica(folder.resolve("live"), journalBytes);
    replica.open(new SnapshotFiles(folder.resolve("snapshots"), folder.resolve("temporary")));
    quorum.join(this);
  }

  /** Applies nothing after this index until told otherwise. */
  public void holdAt(long index) {
    heldAt = index;
  }

  /** Applies all there is, and what comes. */
  public void letGo() {
    heldAt = Long.MAX_VALUE;
    synchronized (quorum) {
      catchUp();
    }
  }

  /** Knows of no leader any more, or again. */
  public void cutOff(boolean isCutOff) {
    cutOff = isCutOff;
  }

  /** Answers submissions like this from now on. */
  public void answer(Answering how) {
    answering = how;
  }

  /** How many submissions have come, answered or not. */
  public int submissions() {
    return submissions.get();
  }

  /** How long the last submission may take, in milliseconds. */
  public long lastTimeoutMs() {
    return lastTimeoutMs;
  }

  /** Under the quorum's lock, which stands for the apply thread. */
  void catchUp() {
    long to = Math.min(heldAt, quorum.lastIndex());
    try {
      for (long next = view().appliedIndex() + 1; next <= to; next++) {
        replica.apply(TERM, next, quorum.entry(next));
      }
    } catch (StoreFailure failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
    lastTimeoutMs = timeoutMs;
    submissions.incrementAndGet();
    return switch (answering) {
      case TRUTHFULLY -> CompletableFuture.completedFuture(quorum.append(submitted));
      case DECIDED_BUT_UNKNOWN -> {
        quorum.append(submitted);
        yield CompletableFuture.completedFuture(new QuorumAnswer.TimedOut());
      }
      case NEVER -> new CompletableFuture<>();
      case UNAVAILABLE ->
          CompletableFuture.completedFuture(new QuorumAnswer.Unavailable("no leader, says a test"));
    };
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    if (answering == Answering.UNAVAILABLE) {
      return CompletableFuture.completedFuture(
          new ReadAnswer.Unavailable("no leader, says a test"));
    }
    return CompletableFuture.completedFuture(new ReadAnswer.CaughtUp(quorum.appendBarrier()));
  }

  @Override
  public RecordStream stream() {
    return replica.stream();
  }

  @Override
  public MetadataView view() {
    return replica.view();
  }

  @Override
  public QuorumSight sight() {
    TreeMap<Integer, PeerAddress> voters = new TreeMap<>();
    voters.put(1, new PeerAddress("127.0.0.1", 9093));
    Optional<QuorumSight.Leader> leader =
        cutOff || quorum.leader().isEmpty()
            ? Optional.empty()
            : Optional.of(new QuorumSight.Leader(quorum.leader().getAsInt(), 0));
    return new QuorumSight(TERM, leader, voters);
  }

  @Override
  public long term() {
    return TERM;
  }

  @Override
  public OptionalLong leaderHeardAgoMs() {
    return sight().leader().stream().mapToLong(QuorumSight.Leader::heardAgoMs).findFirst();
  }

  @Override
  public long behindMs() {
    synchronized (keepingUp) {
      long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
      keepingUp.look(quorum.lastIndex(), view().appliedIndex(), nowMs);
      return nowMs - keepingUp.keptUpMs(nowMs);
    }
  }

  @Override
  public void close() {
    quorum.leave(this);
    synchronized (quorum) {
      replica.close();
    }
  }
}
