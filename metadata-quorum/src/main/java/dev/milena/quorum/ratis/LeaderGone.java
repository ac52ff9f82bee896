package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.io.grpc.Attributes;
import org.apache.ratis.thirdparty.io.grpc.ServerTransportFilter;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election at once when the leader's process is gone, instead of after the election's
 * time-out: a connection to this voter's port has ended, and the leader's own port refuses. A
 * leader that is only silent is waited for as ever.
 *
 * <p>An election may begin at any time; a needless one costs a change of leader and no more. Asked
 * on gRPC's threads, looks on a thread that may block.
 */
final class LeaderGone extends ServerTransportFilter {
  private static final Logger log = LoggerFactory.getLogger(LeaderGone.class);
  private static final int DIAL_MS = 200;

  /** Between one voter and the next, so that they do not stand against each other. */
  private static final long TURN_MS = 100;

  private final Executor blocking;
  private volatile Optional<LocalPeer> voter = Optional.empty();

  /**
   * @param blocking runs what waits for the network
   */
  LeaderGone(Executor blocking) {
    this.blocking = blocking;
  }

  /** The voter that may stand for election. */
  void watch(LocalPeer peer) {
    voter = Optional.of(peer);
  }

  @Override
  public void transportTerminated(Attributes connection) {
    Optional<LocalPeer> here = voter.filter(LocalPeer::isOpen);
    if (here.isPresent()) {
      try {
        blocking.execute(() -> look(here.get()));
      } catch (RejectedExecutionException stopping) {
        log.atDebug().log("stopping: who leads is nothing to this node any more");
      }
    }
  }

  private static void look(LocalPeer here) {
    try {
      DivisionInfo division = here.calls().division();
      RaftPeerId leader = division.getLeaderId();
      if (leader == null || !division.isFollower()) {
        return;
      }
      long term = division.getCurrentTerm();
      List<Peer> voters =
          here.calls().voters().map(all -> List.copyOf(all.peers())).orElse(List.of());
      Optional<Peer> led =
          voters.stream()
              .filter(one -> one.name().toString().equals(leader.toString()))
              .findFirst();
      int turn = turn(voters, leader.toString(), here.name());
      if (led.isEmpty() || turn < 0 || !refuses(led.get())) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(turn * TURN_MS));
      if (division.isFollower()
          && leader.equals(division.getLeaderId())
          && division.getCurrentTerm() == term) {
        stand(here, leader, term);
      }
    } catch (IOException notOpen) {
      log.atDebug().setCause(notOpen).log("does not stand for election");
    }
  }

  /** Which of the remaining voters this one is; -1 when it is none. */
  static int turn(List<Peer> voters, String leader, PeerName self) {
    return voters.stream()
        .map(Peer::name)
        .filter(name -> !name.toString().equals(leader))
        .sorted()
        .toList()
        .indexOf(self);
  }

  private static boolean refuses(Peer leader) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(leader.host(), leader.port()), DIAL_MS);
      return false;
    } catch (ConnectException refused) {
      // the kernel's own time-out is reported so too, but comes after minutes and not within ours
      return true;
    } catch (IOException silent) {
      return false;
    }
  }

  /** In the way of a leader that hands over, which is how Ratis lets a voter stand at once. */
  private static void stand(LocalPeer here, RaftPeerId leader, long term) throws IOException {
    RaftServer server = here.server();
    TermIndex last =
        server.getDivision(here.calls().groupId()).getRaftLog().getLastEntryTermIndex();
    if (last == null) {
      return;
    }
    log.atInfo()
        .addKeyValue("leader", leader)
        .addKeyValue("term", term)
        .log("the leader's process is gone; stands for election");
    server.startLeaderElection(
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(leader.toByteString())
                    .setReplyId(server.getId().toByteString())
                    .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(here.calls().groupId()))
                    .setCallId(here.calls().nextCallId()))
            .setLeaderLastEntry(TermIndexProto.newBuilder().setTerm(term).setIndex(last.getIndex()))
            .build());
  }
}
