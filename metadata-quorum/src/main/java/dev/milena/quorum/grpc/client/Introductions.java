package dev.milena.quorum.grpc.client;

import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.NodeAddress;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** How a node that knows nothing but addresses learns which cluster it is to join. */
public final class Introductions {
  private static final long PATIENCE_MS = 1_000;

  private Introductions() {}

  /** What came of asking. */
  public sealed interface Met {
    /**
     * A member answered.
     *
     * @param by who
     * @param leader the client port of whoever leads the quorum, if it is known
     * @param appliedIndex of that member
     * @param voters node id to the address of the quorum listener
     */
    record Member(
        PeerAddress by,
        String clusterId,
        int nodeId,
        Optional<PeerAddress> leader,
        long appliedIndex,
        SortedMap<Integer, PeerAddress> voters)
        implements Met {
      public Member {
        voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
      }
    }

    /**
     * None did.
     *
     * @param why for each address, a few words for people
     */
    record Nobody(SortedMap<String, String> why) implements Met {
      public Nobody {
        why = Collections.unmodifiableSortedMap(new TreeMap<>(why));
      }
    }
  }

  /**
   * Asks one address after the other, a second each at most, until one answers. Waits; who wants to
   * go on asking comes again after a pause.
   */
  public static Met ask(PeerChannels channels, List<PeerAddress> addresses) {
    TreeMap<String, String> why = new TreeMap<>();
    for (PeerAddress address : addresses) {
      try {
        IntroduceResponse answer =
            QuorumAccessGrpc.newBlockingStub(channels.to(address))
                .withDeadlineAfter(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .introduce(IntroduceRequest.getDefaultInstance());
        return member(address, answer);
      } catch (StatusRuntimeException noAnswer) {
        why.put(address.toString(), said(noAnswer.getStatus()));
      }
    }
    return new Met.Nobody(why);
  }

  private static Met member(PeerAddress by, IntroduceResponse answer) {
    TreeMap<Integer, PeerAddress> voters = new TreeMap<>();
    for (NodeAddress voter : answer.getVotersList()) {
      PeerAddresses.of(voter).ifPresent(address -> voters.put(voter.getNodeId(), address));
    }
    return new Met.Member(
        by,
        answer.getClusterId(),
        answer.getNodeId(),
        PeerAddresses.of(answer.getLeader()),
        answer.getAppliedIndex(),
        voters);
  }

  private static String said(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> "cannot be reached";
      case UNIMPLEMENTED ->
          "answers, but has no member of the quorum; if that is the quorum's port (9093 unless"
              + " quorum.listener says otherwise), name the clients' (9092 unless listeners does)";
      case DEADLINE_EXCEEDED -> "no answer within " + PATIENCE_MS + " ms";
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          String.valueOf(status.getDescription());
    };
  }
}
