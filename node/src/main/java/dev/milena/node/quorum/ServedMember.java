package dev.milena.node.quorum;

import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.server.QuorumMember;
import dev.milena.quorum.grpc.server.QuorumSight;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumStage;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterStatus;
import dev.milena.quorum.store.RecordStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** This node's member, as other nodes use it. Any thread. */
public record ServedMember(QuorumServer member) implements QuorumMember {
  private static final String NO_VOTE = "this node has no vote in the quorum; ask one that has";

  @Override
  public CompletionStage<QuorumAnswer> submit(SubmittedCommand submitted, long timeoutMs) {
    return votes()
        ? member.submit(submitted, timeoutMs)
        : CompletableFuture.completedFuture(new QuorumAnswer.Unavailable(NO_VOTE));
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return votes()
        ? member.readIndex(timeoutMs)
        : CompletableFuture.completedFuture(new ReadAnswer.Unavailable(NO_VOTE));
  }

  @Override
  public RecordStream stream() {
    return member.stream();
  }

  @Override
  public MetadataView view() {
    return member.view();
  }

  @Override
  public QuorumSight sight() {
    QuorumStatus status = member.status();
    TreeMap<Integer, PeerAddress> voters = new TreeMap<>();
    for (VoterStatus voter : status.voters()) {
      PeerAddress.of(voter.host(), voter.port())
          .ifPresent(address -> voters.put(voter.nodeId(), address));
    }
    Optional<QuorumSight.Leader> leader =
        status.leader().isPresent() && status.leaderHeardMs().isPresent()
            ? Optional.of(
                new QuorumSight.Leader(
                    status.leader().getAsInt(), status.leaderHeardMs().getAsLong()))
            : Optional.empty();
    return new QuorumSight(status.term(), leader, voters);
  }

  @Override
  public long term() {
    return member.term();
  }

  @Override
  public OptionalLong leaderHeardAgoMs() {
    return member.leaderHeardMs();
  }

  @Override
  public long behindMs() {
    return member.behindMs();
  }

  private boolean votes() {
    return member.stage() == QuorumStage.VOTER;
  }
}
