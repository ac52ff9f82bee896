package dev.milena.quorum.ratis;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.RecordStream;
import dev.milena.quorum.store.StateDoubts;
import dev.milena.quorum.store.StateHashAt;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A member of the quorum: submits commands, answers whether this node has caught up, and shows what
 * is agreed. Any thread may call; answers come on virtual threads.
 *
 * <p>Just after a start the view is that of the last snapshot, and goes through the log since:
 * serve from it only when a command of this run, or {@link #readIndex}, was answered.
 */
public final class QuorumServer implements AutoCloseable {

  /** A member does not start with less left on the disk of its folder. */
  public static final long MIN_FREE_BYTES = 256L << 20;

  /** What a submission may be long; the rest of an entry is its head and Ratis' envelope. */
  static final int MAX_SUBMISSION_BYTES =
      RatisProperties.MAX_ENTRY_BYTES - EntryCodec.HEAD_BYTES - 1024;

  private static final long HAND_OVER_MS = 1_000;

  private final QuorumSettings settings;
  private final Membership membership;
  private final VoterChanges voterChanges;
  private final QuorumWrites writes;
  private final QuorumReads reads;
  private final RollCall rollCall;
  private final MemberSnapshots snapshots;
  private final MemberProgress progress;
  private final FolderWatch folderWatch;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  private QuorumServer(QuorumSettings settings, Halt halt, QuorumEvents events) throws IOException {
    this.settings = settings;
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("quorum-timer").factory());
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    try {
      Halt explained = Standstill.watched(timer).explaining(halt);
      membership = Membership.start(settings, explained, callers, events);
    } catch (IOException failure) {
      timer.shutdown();
      callers.shutdown();
      throw failure;
    }
    writes = new QuorumWrites(membership, timer, this::onCallers);
    voterChanges = new VoterChanges(membership, writes);
    snapshots = new MemberSnapshots(membership, settings, callers);
    progress = new MemberProgress(membership::peer, callers);
    folderWatch = new FolderWatch(membership::peer, settings, callers, halt);
    reads = new QuorumReads(membership, timer, this::onCallers);
    rollCall = new RollCall(settings.nodeId(), settings.voters(), callers);
  }

  /**
   * Starts a member on its folder, new or old. With a log, or as the only voter, it takes part at
   * once; else when the named voters have formed the quorum. Whether there is a leader yet shows
   * when a command is answered.
   *
   * @param halt ends the process when this member can no longer be trusted, or when another node
   *     shows that the settings are wrong: then the cause is {@link ContradictingVoters}; or {@link
   *     StoodStill}, when this process stood still for too long
   * @param events told of leadership, and of comings and goings
   * @throws ForeignStorage when the folder is another node's or cluster's
   * @throws ContradictingVoters when the folder is a voter's whom the settings do not name
   * @throws IOException when the folder cannot be read, or the port is taken
   */
  public static QuorumServer start(QuorumSettings settings, Halt halt, QuorumEvents events)
      throws IOException {
    RatisManners.teach();
    QuorumServer member = new QuorumServer(settings, halt, events);
    member.snapshots.begin(member.timer);
    member.progress.begin(member.timer);
    member.every(FolderWatch.LOOK_EVERY_MS, member.folderWatch::tick);
    UnansweredLeader unanswered =
        new UnansweredLeader(member.membership, settings.tuning().electionMs(), member.callers);
    member.every(UnansweredLeader.LOOK_EVERY_MS, unanswered::look);
    member.every(LocalPeer.LOOK_EVERY_MS, () -> member.membership.peer().endIfClosed());
    OneAtATime terms = new OneAtATime(member.callers);
    member.every(
        LocalPeer.LOOK_EVERY_MS, () -> terms.offer(() -> member.membership.peer().lookAtTerm()));
    SilentPeers silentPeers = new SilentPeers(member.membership, member.callers);
    member.every(
        SilentPeers.LOOK_EVERY_MS,
        () -> silentPeers.look(TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    return member;
  }

  private void every(long everyMs, Runnable look) {
    Looks.every(timer, everyMs, look);
  }

  /** Starts a member of whose events nobody wants to hear. */
  public static QuorumServer start(QuorumSettings settings, Halt halt) throws IOException {
    return start(settings, halt, QuorumEvents.NONE);
  }

  /** Submits a command under a request id of its own. */
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return submit(new SubmittedCommand(StampSource.requestId(), origin, command), timeoutMs);
  }

  /**
   * Submits a command; sends it again, to whoever leads, until it is answered or the time is up.
   * Submitting it again later, under the same request id, gives the same answer.
   *
   * @param timeoutMs how long to try, in milliseconds
   */
  public CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
    return writes.submit(submitted, timeoutMs);
  }

  /**
   * Submits what this member does as the quorum's leader. It is handed to no other member, and
   * given up at once when this one leads no longer in the term.
   *
   * @param term the one that {@link QuorumEvents#leaderReady} named
   * @param timeoutMs how long to try, in milliseconds
   */
  public CompletionStage<QuorumAnswer> submitAsLeader(
      MetadataCommand command, CommandOrigin origin, long term, long timeoutMs) {
    return writes.submitAsLeader(command, origin, term, timeoutMs);
  }

  /**
   * Waits until this node's view holds all that was agreed before the call. Callers that wait at
   * the same time share one question.
   *
   * @param timeoutMs how long to wait, in milliseconds
   */
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return reads.readIndex(timeoutMs);
  }

  /** Answers on a thread that may block: those of Ratis and the timer may not. */
  private void onCallers(Runnable answering) {
    try {
      callers.execute(answering);
    } catch (RejectedExecutionException stopping) {
      answering.run();
    }
  }

  private RatisCalls calls() {
    return membership.peer().calls();
  }

  private MetadataReplica replica() {
    return membership.peer().replica();
  }

  /** What is agreed, as this member has applied it. */
  public MetadataView view() {
    return replica().view();
  }

  /** Every change since the journal begins. */
  public RecordStream stream() {
    return replica().stream();
  }

  /** Over all replicated state; alike on members that have applied the same index. */
  public long stateHash() {
    return replica().stateHash();
  }

  /** See {@link StateDoubts#isDoubted}. */
  public boolean isStateDoubted() {
    return membership.peer().doubts().isDoubted();
  }

  /** See {@link StateDoubts#agreedIndex}. */
  public long stateAgreedIndex() {
    return membership.peer().doubts().agreedIndex();
  }

  /** See {@link MetadataReplica#latestStateHash}. */
  public Optional<StateHashAt> latestStateHash() {
    return replica().latestStateHash();
  }

  /** How this member stands in the quorum. */
  public QuorumStatus status() {
    return StatusReader.read(settings.nodeId(), membership);
  }

  /**
   * The voters that this node knows of: of its log, else of the quorum that it was told of, else
   * those that are to form one.
   */
  public List<VoterStatus> knownVoters() {
    return rollCall.voters(membership.introduction());
  }

  /** Asks voters who they are, all at once; an answer for each. Blocks for two seconds at most. */
  public SortedMap<Integer, VoterAnswer> callVoters(List<VoterStatus> voters)
      throws InterruptedException {
    return rollCall.call(membership.introduction(), voters);
  }

  /** As this member knows it, 0 without a log; cheaper than the whole status. */
  public long term() {
    return calls().term();
  }

  /** See {@link LeaderSight#heardMs}; cheaper than the whole status. */
  public OptionalLong leaderHeardMs() {
    return LeaderHeard.ms(membership.peer());
  }

  /**
   * For how long this member has not applied what it had in its log or knew to be agreed on, in
   * milliseconds; some hundred at most while all is well. Where a leader is heard of all the while,
   * nothing can be agreed on, or this member cannot take it in. Waits for nothing.
   */
  public long behindMs() {
    return progress.behindMs();
  }

  /** How far this node is on its way into the quorum; cheap. */
  public QuorumStage stage() {
    return membership.stage();
  }

  /**
   * HOST:PORT of voters' client ports, as they say themselves, while this node has no vote; empty
   * before one has answered. Any thread.
   */
  public List<String> clientsOfVoters() {
    return membership.clientsOfVoters();
  }

  /** The port that other members reach this one on; the bound one when the settings say 0. */
  public int port() {
    return membership.peer().port();
  }

  /**
   * Makes a node a voter, in the place of the voter of its id if that lost its disk. On the leader
   * only; the node must run, and be of this cluster. Takes as long as the node needs to take in
   * what was agreed.
   *
   * @param wished the node, and where the other voters meet it
   * @param asker noted in the journal with the change, before the answer if the quorum takes that
   *     within seconds; else the leader notes the change as its own a little later
   */
  public CompletionStage<VoterChange> addVoter(Voter wished, CommandOrigin asker) {
    return changing(() -> voterChanges.add(wished, asker));
  }

  /**
   * Makes a voter a node without a vote. On the leader only; the leader itself hands its leadership
   * over, and answers that another leads.
   *
   * @param asker as in {@link #addVoter}
   */
  public CompletionStage<VoterChange> removeVoter(int nodeId, CommandOrigin asker) {
    return changing(() -> voterChanges.remove(nodeId, asker));
  }

  /**
   * What the journal does not know yet of who votes; nothing while a change is under way here,
   * which notes its own end. For the leader to submit in its term; any thread, asks nobody.
   */
  public Optional<MetadataCommand.NoteVoters> votersToNote() {
    return voterChanges.toNote();
  }

  /** A change of the voters; blocks. */
  private interface Changing {
    VoterChange change() throws InterruptedException;
  }

  private CompletionStage<VoterChange> changing(Changing changing) {
    CompletableFuture<VoterChange> done = new CompletableFuture<>();
    onCallers(() -> {
      VoterChange end = new VoterChange.InDoubt("the change failed; see this node's log");
      try {
        end = changing.change();
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        end = new VoterChange.InDoubt("this member is stopping");
      } finally {
        done.complete(end);
      }
    });
    return done;
  }

  /**
   * Takes a snapshot now, if anything was applied since the last.
   *
   * @return its index, or 0 when there was nothing to do
   */
  public CompletionStage<Long> snapshot() {
    return snapshots.take();
  }

  /**
   * Hands the leadership to another voter, without an election timeout.
   *
   * @return who leads now; nothing when this member did not lead, or nobody took it in time
   */
  public Optional<PeerName> handOver(long timeoutMs) throws InterruptedException {
    return calls().leads()
        ? LeadershipTransfer.attempt(membership.peer(), timeoutMs)
        : Optional.empty();
  }

  /**
   * Hands leadership over if it has it, stops taking part and closes all files; takes up to a
   * second, or two more when nobody takes the leadership. Commands that still wait are answered as
   * unavailable or timed out.
   */
  @Override
  public void close() {
    try {
      var _ = handOver(HAND_OVER_MS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    timer.shutdown();
    membership.close();
    callers.shutdown();
  }
}
