package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.cluster.DrainCall;
import dev.milena.broker.core.cluster.MoveCall;
import dev.milena.metadata.MetadataLimits;
import dev.milena.proto.v1.DrainBrokerRequest;
import dev.milena.proto.v1.ReassignPartitionsRequest;
import dev.milena.proto.v1.ReplicaMove;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Requests of ClusterService about replicas that move as calls of the desk. */
final class MoveRequests {
  private static final int DEFAULT_TIMEOUT_MS = 15_000;

  private MoveRequests() {}

  static MoveCall moves(ReassignPartitionsRequest request, Caller caller) throws RequestRefused {
    int count = request.getMovesCount();
    if (count < 1 || count > MetadataLimits.MAX_MOVES_PER_COMMAND) {
      throw RequestRefused.invalid(
          "moves are 1 to %s, got %s".formatted(MetadataLimits.MAX_MOVES_PER_COMMAND, count));
    }
    List<MoveCall.Wanted> moves = new ArrayList<>(count);
    for (ReplicaMove move : request.getMovesList()) {
      moves.add(move.getCancel() ? back(move) : to(move));
    }
    return new MoveCall(
        caller,
        moves,
        RequestChecks.timeoutMs("timeout_ms", request.getTimeoutMs(), DEFAULT_TIMEOUT_MS));
  }

  static DrainCall drain(DrainBrokerRequest request, Caller caller) throws RequestRefused {
    if (request.getId() < 0) {
      throw RequestRefused.invalid("broker ids count from 0, got " + request.getId());
    }
    return new DrainCall(
        caller,
        request.getId(),
        request.getCancel(),
        RequestChecks.timeoutMs("timeout_ms", request.getTimeoutMs(), DEFAULT_TIMEOUT_MS));
  }

  private static MoveCall.Wanted to(ReplicaMove move) throws RequestRefused {
    if (!move.hasPartition()) {
      throw RequestRefused.invalid("a move names its partition, unless it is called back");
    }
    var where = RequestChecks.partition(move.getTopic(), move.getPartition());
    return new MoveCall.Wanted.To(where.topic(), where.partition(), move.getReplicasList());
  }

  private static MoveCall.Wanted back(ReplicaMove move) throws RequestRefused {
    if (move.getReplicasCount() > 0) {
      throw RequestRefused.invalid("a move that is called back names no replicas");
    }
    String topic = RequestChecks.topic(move.getTopic());
    return new MoveCall.Wanted.Back(
        topic,
        move.hasPartition()
            ? OptionalInt.of(RequestChecks.partition(topic, move.getPartition()).partition())
            : OptionalInt.empty());
  }
}
