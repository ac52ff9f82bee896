package dev.milena.client;

import dev.milena.client.connection.Connections;
import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.ListOffsetsResponse;
import dev.milena.proto.v1.LogPlace;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks a partition's leader for an offset, following it where it moves, until a deadline. */
record OffsetLookup(Connections connections, LeaderCache leaders, int timeoutMs) {
  /**
   * Finds an offset; the end of the log for a time after the last record.
   *
   * @throws MilenaException when the cluster refused, or there was no answer in time
   */
  long find(TopicPartition where, StartAt place) {
    if (place instanceof StartAt.Offset(long offset)) {
      return offset;
    }
    ListOffsetsResponse answer = ask(where, request(where, place));
    if (answer.hasOffset()) {
      return answer.getOffset();
    }
    return find(where, new StartAt.Latest());
  }

  private ListOffsetsResponse ask(TopicPartition where, ListOffsetsRequest request) {
    Deadline deadline = Deadline.in(timeoutMs);
    Leaders known = leaders.get(where.topic());
    for (int attempt = 1; ; attempt++) {
      MilenaException failure;
      Optional<HostPort> leader = known.of(where.partition());
      if (leader.isPresent()) {
        try {
          return ClientCalls.blockingUnaryCall(
              connections.to(leader.get()),
              FetchServiceGrpc.getListOffsetsMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(
                  Math.max(1, deadline.leftMs()), TimeUnit.MILLISECONDS),
              request);
        } catch (StatusRuntimeException e) {
          failure = Failures.of(e, leader.get().toString());
        }
      } else {
        failure = noLeader(where, known);
      }
      long backoffNanos = Retry.backoffNanos(attempt, failure.about());
      if (!failure.retriable() || backoffNanos >= deadline.leftNanos()) {
        throw failure;
      }
      LockSupport.parkNanos(backoffNanos);
      known = leaders.getAnew(where.topic());
    }
  }

  private static MilenaException noLeader(TopicPartition where, Leaders known) {
    Map<String, String> about =
        Map.of("topic", where.topic(), "partition", Integer.toString(where.partition()));
    return where.partition() >= known.partitionCount()
        ? ClientReason.UNKNOWN_PARTITION.failure(
            "topic \""
                + where.topic()
                + "\" has partitions 0 to "
                + (known.partitionCount() - 1)
                + ", got "
                + where.partition(),
            about)
        : new MilenaException(
            "LEADER_NOT_AVAILABLE", "UNAVAILABLE", where + " has no leader", about);
  }

  private static ListOffsetsRequest request(TopicPartition where, StartAt place) {
    ListOffsetsRequest.Builder request =
        ListOffsetsRequest.newBuilder().setTopic(where.topic()).setPartition(where.partition());
    switch (place) {
      case StartAt.Time(long timestampMs) -> request.setTimestampMs(timestampMs);
      case StartAt.Earliest() -> request.setPlace(LogPlace.EARLIEST);
      case StartAt.Latest() -> request.setPlace(LogPlace.LATEST);
      case StartAt.Offset _ -> throw new IllegalStateException("an offset needs no look-up");
    }
    return request.build();
  }
}
