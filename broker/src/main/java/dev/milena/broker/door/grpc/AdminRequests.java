package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.TopicCall;
import dev.milena.proto.v1.AlterTopicRequest;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.DeleteTopicRequest;
import dev.milena.proto.v1.DescribeTopicsRequest;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Requests of AdminService as calls of the core. */
final class AdminRequests {
  private static final int DEFAULT_TIMEOUT_MS = 15_000;

  private AdminRequests() {}

  static TopicCall create(CreateTopicRequest request, Caller caller) throws RequestRefused {
    String topic = RequestChecks.topic(request.getTopic());
    return new TopicCall.CreateTopicCall(
        caller,
        topic,
        count(
            request.hasPartitions(), request.getPartitions(), ErrorKind.INVALID_PARTITIONS, topic),
        count(
            request.hasReplicationFactor(),
            request.getReplicationFactor(),
            ErrorKind.INVALID_REPLICATION_FACTOR,
            topic),
        new TreeMap<>(request.getConfigsMap()),
        request.getValidateOnly(),
        timeoutMs(request.getTimeoutMs()));
  }

  static TopicCall alter(AlterTopicRequest request, Caller caller) throws RequestRefused {
    String topic = RequestChecks.topic(request.getTopic());
    return new TopicCall.AlterTopicCall(
        caller,
        topic,
        count(
            request.hasPartitions(), request.getPartitions(), ErrorKind.INVALID_PARTITIONS, topic),
        new TreeMap<>(request.getSetConfigsMap()),
        new TreeSet<>(request.getDeleteConfigsList()),
        request.getValidateOnly(),
        timeoutMs(request.getTimeoutMs()));
  }

  static TopicCall delete(DeleteTopicRequest request, Caller caller) throws RequestRefused {
    return new TopicCall.DeleteTopicCall(
        caller, RequestChecks.topic(request.getTopic()), timeoutMs(request.getTimeoutMs()));
  }

  /** The names asked for; empty means all. */
  static SortedSet<String> names(DescribeTopicsRequest request) throws RequestRefused {
    SortedSet<String> names = new TreeSet<>();
    for (String name : request.getTopicsList()) {
      names.add(RequestChecks.topic(name));
    }
    return names;
  }

  /** A count that was given must be one: the core's own sign for "not given" is no client's. */
  private static int count(boolean given, int value, ErrorKind fault, String topic)
      throws RequestRefused {
    if (!given) {
      return TopicCall.UNSET;
    }
    if (value < 1) {
      String what = fault == ErrorKind.INVALID_PARTITIONS ? "partition" : "replica";
      throw new RequestRefused(
          Refusal.of(
                  fault,
                  "topic \"%s\" needs at least one %s, got %s; leave the field unset for the default"
                      .formatted(topic, what, value))
              .with("topic", topic));
    }
    return value;
  }

  private static int timeoutMs(int asked) throws RequestRefused {
    return RequestChecks.timeoutMs("timeout_ms", asked, DEFAULT_TIMEOUT_MS);
  }
}
