package dev.milena.it.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.milena.it.cluster.Linearizability.Operation;
import dev.milena.proto.v1.AdminServiceGrpc;
import dev.milena.proto.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.DeleteTopicRequest;
import dev.milena.proto.v1.DescribeTopicsRequest;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.ListTopicsRequest;
import dev.milena.proto.v1.ListTopicsResponse;
import dev.milena.proto.v1.PartitionDescription;
import dev.milena.proto.v1.TopicListing;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls of administration at single nodes, each sent once, and what came of them: a history for
 * each topic's name. Any thread.
 *
 * <p>Of a name's state is known whether there is such a topic, and its id. Changes and their
 * refusals must have happened one after the other. What a node shows must fit in among them, each
 * look by itself: it shows what was answered before, and may or may not show what was not answered
 * yet, so that two looks at two nodes need not agree on that (ADR 23). A look of which the node
 * says that it may be old is none.
 */
final class TopicHistory implements AutoCloseable {
  /** Patience, and no promise: an election on a busy machine takes seconds. */
  private static final int TIMEOUT_MS = 30_000;

  /** There is one; its id is not known, since whoever created it got no answer. */
  private static final String SOME = "?";

  private static final String NONE = "";

  private final Map<String, List<Operation<String>>> operations = new ConcurrentHashMap<>();
  private final Map<String, List<Operation<String>>> looks = new ConcurrentHashMap<>();
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  /** How a call ended. */
  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  /** Creates a topic at a node. */
  Outcome create(String address, String name, int partitions, int replicas) {
    return create(address, name, partitions, replicas, Map.of());
  }

  /** Creates a topic at a node, with configs of its own. */
  Outcome create(
      String address, String name, int partitions, int replicas, Map<String, String> configs) {
    return ask(address, request(name, partitions, replicas, TIMEOUT_MS).putAllConfigs(configs))
        .outcome();
  }

  /**
   * How a call ended, and the reason that the broker gave; empty when it was done, or gave none.
   */
  record Reply(Outcome outcome, String reason) {}

  /** Creates a topic at a node, which has so long to do it. */
  Reply ask(String address, String name, int partitions, int replicas, int timeoutMs) {
    return ask(address, request(name, partitions, replicas, timeoutMs));
  }

  private static CreateTopicRequest.Builder request(
      String name, int partitions, int replicas, int timeoutMs) {
    return CreateTopicRequest.newBuilder()
        .setTopic(name)
        .setPartitions(partitions)
        .setReplicationFactor(replicas)
        .setTimeoutMs(timeoutMs);
  }

  private Reply ask(String address, CreateTopicRequest.Builder request) {
    String name = request.getTopic();
    long called = System.nanoTime();
    try {
      String id =
          stub(address, request.getTimeoutMs())
              .createTopic(request.build())
              .getTopic()
              .getTopicId();
      observed(
          name,
          called,
          state -> state.equals(NONE) ? Optional.of(id) : Optional.empty(),
          "created " + id);
      return new Reply(Outcome.DONE, "");
    } catch (StatusRuntimeException failure) {
      return new Reply(notCreated(name, called, failure), reason(failure));
    }
  }

  private Outcome notCreated(String name, long called, StatusRuntimeException failure) {
    if (reason(failure).equals("TOPIC_EXISTS")) {
      observed(name, called, TopicHistory::exists, "exists already");
      return Outcome.REFUSED;
    }
    if (reason(failure).equals("NOT_ENOUGH_BROKERS")) {
      // refused by the decider: nothing has happened
      return Outcome.REFUSED;
    }
    if (nobodyDecided(failure)) {
      return Outcome.UNKNOWN;
    }
    unanswered(
        name,
        called,
        state -> state.equals(NONE) ? Optional.of(SOME) : Optional.of(state),
        "create: " + failure.getMessage());
    return Outcome.UNKNOWN;
  }

  /** It was not done, and never will be: by its reason's promise, which the history is held to. */
  private static boolean nobodyDecided(StatusRuntimeException failure) {
    return reason(failure).equals("QUORUM_UNAVAILABLE");
  }

  /** Deletes a topic at a node. */
  Outcome delete(String address, String name) {
    return delete(address, name, TIMEOUT_MS);
  }

  /** Deletes a topic at a node, which has so long to do it. */
  Outcome delete(String address, String name, int timeoutMs) {
    long called = System.nanoTime();
    try {
      String id =
          stub(address, timeoutMs)
              .deleteTopic(
                  DeleteTopicRequest.newBuilder().setTopic(name).setTimeoutMs(timeoutMs).build())
              .getTopicId();
      observed(
          name,
          called,
          state -> state.equals(id) || state.equals(SOME) ? Optional.of(NONE) : Optional.empty(),
          "deleted " + id);
      return Outcome.DONE;
    } catch (StatusRuntimeException failure) {
      if (reason(failure).equals("UNKNOWN_TOPIC")) {
        observed(name, called, TopicHistory::isNone, "nothing to delete");
        return Outcome.REFUSED;
      }
      if (nobodyDecided(failure)) {
        return Outcome.UNKNOWN;
      }
      unanswered(name, called, _ -> Optional.of(NONE), "delete: " + failure.getMessage());
      return Outcome.UNKNOWN;
    }
  }

  /** Looks for a topic at a node; its id, if the node shows one. */
  Optional<String> look(String address, String name) {
    long called = System.nanoTime();
    try {
      DescribeTopicsResponse answer =
          stub(address).describeTopics(DescribeTopicsRequest.newBuilder().addTopics(name).build());
      String id = answer.getTopics(0).getTopicId();
      if (answer.getMayBeOld().isEmpty()) {
        seen(name, called, Optional.of(id), address);
      }
      return Optional.of(id);
    } catch (StatusRuntimeException failure) {
      if (reason(failure).equals("UNKNOWN_TOPIC")) {
        observed(name, called, TopicHistory::isNone, "seen nowhere");
      }
      return Optional.empty();
    }
  }

  /** How many partitions of a topic have a leader, as a node shows it; the topic must be there. */
  long led(String address, String name) {
    return partitions(address, name).stream().filter(PartitionDescription::hasLeader).count();
  }

  /** A topic's partitions as a node shows them; the topic must be there. */
  List<PartitionDescription> partitions(String address, String name) {
    return stub(address)
        .describeTopics(DescribeTopicsRequest.newBuilder().addTopics(name).build())
        .getTopics(0)
        .getPartitionsList();
  }

  /**
   * The topics that a node shows, each with its id; those that it has not heard of are missing. No
   * name may be there twice.
   */
  Map<String, String> shown(String address) {
    List<String> asked = List.copyOf(operations.keySet());
    long called = System.nanoTime();
    ListTopicsResponse answer = list(address);
    Map<String, String> ids = new TreeMap<>();
    for (TopicListing topic : answer.getTopicsList()) {
      String other = ids.put(topic.getName(), topic.getTopicId());
      if (other != null) {
        throw new AssertionError(
            "%s lists %s twice, as %s and as %s"
                .formatted(address, topic.getName(), other, topic.getTopicId()));
      }
    }
    if (answer.getMayBeOld().isEmpty()) {
      asked.forEach(name -> seen(name, called, Optional.ofNullable(ids.get(name)), address));
    }
    return ids;
  }

  /** The list of topics as a node gives it. */
  List<TopicListing> listed(String address) {
    return list(address).getTopicsList();
  }

  private ListTopicsResponse list(String address) {
    return stub(address).listTopics(ListTopicsRequest.getDefaultInstance());
  }

  /** What a node showed of a name. */
  private void seen(String name, long called, Optional<String> id, String address) {
    Function<String, Optional<String>> effect =
        id.isEmpty()
            ? TopicHistory::isNone
            : state -> state.equals(id.get()) || state.equals(SOME) ? id : Optional.<String>empty();
    add(
        looks,
        name,
        new Operation<>(
            called,
            System.nanoTime(),
            effect,
            "%s shows %s".formatted(address, id.orElse("no such topic"))));
  }

  private static Optional<String> exists(String state) {
    return state.equals(NONE) ? Optional.empty() : Optional.of(state);
  }

  private static Optional<String> isNone(String state) {
    return state.equals(NONE) ? Optional.of(NONE) : Optional.empty();
  }

  /** Names whose history cannot have been, each with it. */
  Map<String, String> impossible() {
    TreeMap<String, String> found = new TreeMap<>();
    operations.forEach((name, all) -> {
      List<Operation<String>> history = copied(all);
      if (!Linearizability.holds(history, NONE)) {
        found.put(name, words(history));
      }
      for (Operation<String> look : copied(looks.getOrDefault(name, List.of()))) {
        List<Operation<String>> withLook = new ArrayList<>(history);
        withLook.add(look);
        if (!Linearizability.holds(withLook, NONE)) {
          found.putIfAbsent(name, words(withLook));
        }
      }
    });
    return found;
  }

  private static List<Operation<String>> copied(List<Operation<String>> all) {
    synchronized (all) {
      return List.copyOf(all);
    }
  }

  /** How many calls were made. */
  int size() {
    return operations.values().stream().mapToInt(List::size).sum();
  }

  private static String words(List<Operation<String>> history) {
    StringBuilder words = new StringBuilder();
    for (Operation<String> one : history) {
      words
          .append("\n  ")
          .append(TimeUnit.NANOSECONDS.toMillis(one.called()))
          .append(" to ")
          .append(one.isAnswered() ? TimeUnit.NANOSECONDS.toMillis(one.answered()) : "?")
          .append(": ")
          .append(one.words());
    }
    return words.toString();
  }

  private void observed(
      String name, long called, Function<String, Optional<String>> effect, String words) {
    add(operations, name, new Operation<>(called, System.nanoTime(), effect, words));
  }

  private void unanswered(
      String name, long called, Function<String, Optional<String>> effect, String words) {
    add(operations, name, new Operation<>(called, Long.MAX_VALUE, effect, words));
  }

  private static void add(
      Map<String, List<Operation<String>>> histories, String name, Operation<String> operation) {
    List<Operation<String>> all = histories.computeIfAbsent(name, _ -> new ArrayList<>());
    synchronized (all) {
      all.add(operation);
    }
  }

  private AdminServiceBlockingStub stub(String address) {
    return stub(address, TIMEOUT_MS);
  }

  private AdminServiceBlockingStub stub(String address, int timeoutMs) {
    ManagedChannel channel =
        channels.computeIfAbsent(
            address, target -> ManagedChannelBuilder.forTarget(target).usePlaintext().build());
    return AdminServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeoutMs + TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  /** The reason that a broker gives; empty when it gave none. */
  static String reason(StatusRuntimeException failure) {
    var status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return "";
    }
    for (var detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError("an unreadable error of the broker", e);
        }
      }
    }
    return "";
  }

  @Override
  public void close() throws InterruptedException {
    for (ManagedChannel channel : channels.values()) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
