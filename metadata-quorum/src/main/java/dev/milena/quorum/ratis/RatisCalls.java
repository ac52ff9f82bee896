package dev.milena.quorum.ratis;

import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.VotersImage;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Single attempts to reach the quorum: in the process when this member leads, else through the
 * leader's port. Any thread; an outcome comes on a thread of Ratis or of the link.
 */
final class RatisCalls implements AutoCloseable {
  private static final CallOutcome NO_LEADER =
      new CallOutcome.NotNow("this member has heard of none that a majority voted for", false);

  private final RaftServer server;
  private final RaftGroupId groupId;
  private final LeaderLink link;
  private final Executor blocking;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param blocking runs what waits for the network
   */
  RatisCalls(RaftServer server, RaftGroupId groupId, Executor blocking) {
    this.server = server;
    this.groupId = groupId;
    this.link = new LeaderLink(blocking);
    this.blocking = blocking;
  }

  RaftGroupId groupId() {
    return groupId;
  }

  /** A number that no other call of this member has. */
  long nextCallId() {
    return calls.incrementAndGet();
  }

  /** The voters as this member's log has them; nothing while it knows of none. */
  Optional<Formation> voters() {
    try {
      return RatisPeers.formation(server.getDivision(groupId).getRaftConf().getCurrentPeers());
    } catch (IOException notOpen) {
      return Optional.empty();
    }
  }

  /** Of the log's entry by which these vote; nothing while they are those it was opened with. */
  OptionalLong votersIndex() {
    try {
      long index = server.getDivision(groupId).getRaftConf().getLogEntryIndex();
      return index < 0 ? OptionalLong.empty() : OptionalLong.of(index);
    } catch (IOException notOpen) {
      return OptionalLong.empty();
    }
  }

  /** What is to be noted of the voters; nothing while the log goes from some to others. */
  Optional<NoteVoters> votersToNote(VotersImage noted) {
    try {
      RaftConfiguration configuration = server.getDivision(groupId).getRaftConf();
      return configuration.getPreviousPeers().isEmpty()
          ? RatisPeers.formation(configuration.getCurrentPeers())
              .flatMap(voters -> VoterNotes.due(voters, configuration.getLogEntryIndex(), noted))
          : Optional.empty();
    } catch (IOException | IllegalStateException notOpen) {
      // Ratis throws the latter while it opens or closes the log
      return Optional.empty();
    }
  }

  /** The voter of this name, before or after a change that is under way. */
  Optional<Peer> voter(PeerName name) {
    try {
      return Optional.ofNullable(
              server.getDivision(groupId).getRaftConf().getPeer(RatisPeers.id(name)))
          .flatMap(RatisPeers::peer);
    } catch (IOException notOpen) {
      return Optional.empty();
    }
  }

  /** Sends an entry's submission; empty content is a barrier. */
  CompletableFuture<CallOutcome> write(ByteBuffer content) {
    Message message = Message.valueOf(ByteString.copyFrom(content.duplicate()));
    try {
      DivisionInfo division = division();
      RaftPeerId leader = division.getLeaderId();
      if (leader == null) {
        // not asked of Ratis, which could hold the question over the deadline: then it would have
        // to be answered as one that may have been logged
        return CompletableFuture.completedFuture(NO_LEADER);
      }
      if (!leader.equals(server.getId())) {
        return link.send(server.getDivision(groupId).getGroup(), leader, message);
      }
      return local(message, division.isLeader());
    } catch (IOException | RejectedExecutionException failure) {
      return notSent(failure);
    }
  }

  /** As this member knows it; 0 without a log. */
  long term() {
    try {
      return division().getCurrentTerm();
    } catch (IOException notOpen) {
      return 0;
    }
  }

  /** Sends an entry's submission, if this member leads in this term; to no other member. */
  CompletableFuture<CallOutcome> writeAsLeader(ByteBuffer content, long term) {
    try {
      DivisionInfo division = division();
      if (!division.isLeader() || division.getCurrentTerm() != term) {
        return CompletableFuture.completedFuture(
            new CallOutcome.Over("this member leads no longer in term " + term));
      }
      return local(Message.valueOf(ByteString.copyFrom(content.duplicate())), true);
    } catch (IOException failure) {
      return notSent(failure);
    }
  }

  /**
   * The applied index of a member that is alone and ready, without asking anybody: whatever was
   * answered is applied here. Ratis' own read would not do, for a single voter answers it from the
   * moment it is elected, before the log of its earlier run is applied.
   */
  CompletableFuture<CallOutcome> readAlone(LongSupplier appliedIndex) {
    try {
      CallOutcome outcome =
          division().isLeaderReady()
              ? new CallOutcome.Replied(appliedIndex.getAsLong(), ByteBuffer.allocate(0))
              : new CallOutcome.NotNow("the log is being replayed", false);
      return CompletableFuture.completedFuture(outcome);
    } catch (IOException notStarted) {
      return notSent(notStarted);
    }
  }

  /** Whether this member is the only voter, by the configuration it knows; in doubt it is not. */
  boolean isAlone() {
    try {
      return server.getDivision(groupId).getGroup().getPeers().size() == 1;
    } catch (IOException notStarted) {
      return false;
    }
  }

  /** Whether this member leads, as far as it knows. */
  boolean leads() {
    try {
      return division().isLeader();
    } catch (IOException notOpen) {
      return false;
    }
  }

  /** Whether the log is open, and this member asks for votes and gives its own. */
  boolean isRunning() {
    try {
      return division().getLifeCycleState() == LifeCycle.State.RUNNING;
    } catch (IOException notOpen) {
      return false;
    }
  }

  /** Whether this member knows who leads. */
  boolean knowsLeader() {
    try {
      return division().getLeaderId() != null;
    } catch (IOException notOpen) {
      return false;
    }
  }

  /** How this member stands now. */
  DivisionInfo division() throws IOException {
    return server.getDivision(groupId).getInfo();
  }

  private CompletableFuture<CallOutcome> local(Message message, boolean leads) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(server.getId())
            .setGroupId(groupId)
            .setCallId(nextCallId())
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    // Ratis' call blocks its caller while the member's lock is held, however long
    CompletableFuture<CallOutcome> outcome = new CompletableFuture<>();
    blocking.execute(() -> {
      var _ =
          submit(request)
              .whenComplete((reply, failure) ->
                  outcome.complete(
                      failure == null ? outcome(reply, leads) : failed(failure, leads)));
    });
    return outcome;
  }

  private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
    try {
      return server.submitClientRequestAsync(request);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  static CallOutcome outcome(@Nullable RaftClientReply reply, boolean leads) {
    if (reply == null) {
      return new CallOutcome.NotNow("the quorum did not answer", true);
    }
    if (reply.isSuccess()) {
      return new CallOutcome.Replied(
          reply.getLogIndex(), reply.getMessage().getContent().asReadOnlyByteBuffer());
    }
    RaftException failure = reply.getException();
    if (failure == null) {
      return new CallOutcome.NotNow("the quorum did not say why it failed", true);
    }
    // a leader that steps down says NotLeader also of entries that it has logged already
    return new CallOutcome.NotNow(said(failure), leads && failure instanceof NotLeaderException);
  }

  static CallOutcome failed(Throwable failure, boolean leads) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean surelyNotLogged =
        cause instanceof ServerNotReadyException
            || cause instanceof LeaderNotReadyException
            || cause instanceof RejectedExecutionException;
    return new CallOutcome.NotNow(said(cause), leads && !surelyNotLogged);
  }

  private static CompletableFuture<CallOutcome> notSent(Exception failure) {
    return CompletableFuture.completedFuture(new CallOutcome.NotNow(said(failure), false));
  }

  private static String said(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  @Override
  public void close() {
    link.close();
  }
}
