package dev.milena.node.quorum;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.grpc.client.RemoteQuorum;
import dev.milena.quorum.grpc.client.SessionClient;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The broker's way to the quorum: through this node's member while that votes, else through another
 * node's; with one session with the quorum's leader in either case.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class BrokersQuorum implements QuorumGateway, AutoCloseable {
  private final Optional<QuorumServer> member;
  private final RemoteQuorum remote;
  private final Function<IncarnationId, SessionClient> sessions;
  private volatile Optional<Session> session = Optional.empty();
  private volatile long acknowledged = -1;

  private record Session(IncarnationId run, SessionClient client) {}

  /**
   * @param member this node's, if it has one
   * @param remote those of other nodes
   * @param sessions makes a run's session, not started
   */
  public BrokersQuorum(
      Optional<QuorumServer> member,
      RemoteQuorum remote,
      Function<IncarnationId, SessionClient> sessions) {
    this.member = member;
    this.remote = remote;
    this.sessions = sessions;
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    Optional<QuorumServer> own = votingMember();
    return own.isPresent()
        ? own.get().submit(command, origin, timeoutMs)
        : remote.submit(command, origin, timeoutMs);
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    Optional<QuorumServer> own = votingMember();
    return own.isPresent() ? own.get().readIndex(timeoutMs) : remote.readIndex(timeoutMs);
  }

  /** One that is about to vote counts: it knows better than anybody when the quorum is formed. */
  private Optional<QuorumServer> votingMember() {
    return member.filter(own ->
        switch (own.stage()) {
          case FORMING, RETURNING, VOTER -> true;
          case STRANGER, JOINING -> false;
        });
  }

  @Override
  public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
    Optional<Session> now = session;
    return now.isPresent()
        ? now.get().client().awaitSpread(index, Math.toIntExact(timeoutMs))
        : CompletableFuture.completedFuture(false);
  }

  @Override
  public synchronized void announce(RunStanding standing) {
    if (!run().equals(standing.run())) {
      close();
      SessionClient fresh = sessions.apply(standing.run());
      session = Optional.of(new Session(standing.run(), fresh));
      // after it is there for all to see: what is acknowledged meanwhile is told by one of the two
      fresh.acknowledged(acknowledged);
      fresh.start();
    }
    session.ifPresent(now -> {
      now.client().ready(standing.ready());
      now.client().leaving(standing.leaving());
    });
  }

  @Override
  public void acknowledge(long index) {
    acknowledged = index;
    session.ifPresent(now -> now.client().acknowledged(index));
  }

  /** The run that was announced; {@link IncarnationId#NONE} before. */
  public IncarnationId run() {
    return session.map(Session::run).orElse(IncarnationId.NONE);
  }

  /** The client port of the leader that the session is with, while it stands. */
  public Optional<PeerAddress> leader() {
    return session.flatMap(now -> now.client().leader());
  }

  @Override
  public Optional<ClusterTime> clusterTime() {
    return session
        .flatMap(now -> now.client().time())
        .map(time -> new ClusterTime(time.clusterMs(), time.heardMs()));
  }

  @Override
  public MetadataView view() {
    return remote.view();
  }

  /** Ends the session. */
  @Override
  public synchronized void close() {
    session.ifPresent(now -> now.client().close());
    session = Optional.empty();
  }
}
