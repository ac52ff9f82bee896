package dev.milena.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.milena.proto.v1.Broker;
import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.PartitionDescription;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.TopicDescription;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * Brokers in this process that speak milena.v1 over real connections and misbehave on demand.
 *
 * <p>Topics and logs are shared by all of them; only who leads differs. Public for the tool's
 * tests.
 */
public final class FakeCluster implements AutoCloseable {
  private static final String MIN_INSYNC = "min.insync.replicas";

  /** What is stored with every topic that does not set it lies under this name. */
  private static final String NO_TOPIC = "";

  private final List<Listening> listening = new ArrayList<>();
  private final Map<String, Map<Integer, Integer>> leaders = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> configs = new ConcurrentHashMap<>();
  private final Map<TopicPartition, FakeLog> logs = new ConcurrentHashMap<>();

  /** The port is kept because a server that was killed does not tell it any more. */
  private record Listening(Server server, int port) {}

  /** Asked before each write: what to answer instead of writing. */
  volatile Function<ProduceRequest, Optional<Error>> refusal = request -> Optional.empty();

  /** Asked before each administrative answer: what to throw instead. */
  volatile Function<String, Optional<StatusRuntimeException>> adminFailure =
      call -> Optional.empty();

  /** Writes are taken and never answered. */
  volatile boolean silent;

  /** Each ends a stream of writes, as a broker that stops does. */
  final Queue<Runnable> endings = new ConcurrentLinkedQueue<>();

  /** Every write that arrived, in order, answered or not. */
  final BlockingQueue<ProduceRequest> writes = new LinkedBlockingQueue<>();

  /** Streams of answers end with UNAVAILABLE after so many. */
  volatile int answersAStream = Integer.MAX_VALUE;

  final FakeMoves moves = new FakeMoves();

  final FakeCounts counts = new FakeCounts();

  /** Starts brokers with the ids 1 to {@code count}. */
  public FakeCluster(int count) {
    this(count, 64 << 20);
  }

  /** The same, with a bound for one request. */
  FakeCluster(int count, int maxRequestBytes) {
    for (int id = 1; id <= count; id++) {
      try {
        Server server =
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new FakeAdmin(this, id))
                .addService(new FakeDesk(this, id))
                .addService(new FakeProduce(this, id))
                .addService(new FakeFetch(this, id))
                .maxInboundMessageSize(maxRequestBytes)
                .build()
                .start();
        listening.add(new Listening(server, server.getPort()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** From now on the time of every administrative call is over before it is answered. */
  public void answerTooLate() {
    adminFailure = _ -> Optional.of(Status.DEADLINE_EXCEEDED.asRuntimeException());
  }

  /** A move of replicas is over after it was looked at so often. */
  public void movesEndAfter(int looks) {
    moves.endAfter(looks);
  }

  /** A move of replicas is called back by somebody else after it was looked at so often. */
  public void movesAreCalledBackAfter(int looks) {
    moves.callBackAfter(looks);
  }

  /** HOST:PORT of a broker. */
  public String address(int id) {
    return "127.0.0.1:" + listening.get(id - 1).port;
  }

  /** All addresses, separated by commas. */
  public String bootstrap() {
    List<String> all = new ArrayList<>();
    for (int id = 1; id <= listening.size(); id++) {
      all.add(address(id));
    }
    return String.join(",", all);
  }

  /** Makes a topic whose partitions broker 1 leads. */
  public void createTopic(String topic, int partitions) {
    Map<Integer, Integer> led = new ConcurrentHashMap<>();
    for (int p = 0; p < partitions; p++) {
      led.put(p, 1);
    }
    leaders.put(topic, led);
  }

  /** Has every topic say that this min.insync.replicas was stored with it. */
  public void storeMinInsync(int replicas) {
    configs(NO_TOPIC).put(MIN_INSYNC, Integer.toString(replicas));
  }

  /** Makes another broker the leader, 0 for none. */
  public void lead(String topic, int partition, int id) {
    leadersOf(topic).put(partition, id);
  }

  /** Leaves a partition to nobody but a last known leader, which is away. */
  public void knowLast(String topic, int partition, int id) {
    leadersOf(topic).put(partition, -id);
  }

  /** Refuses batches of more bytes from now on, as a topic's max.message.bytes does. */
  public void refuseBatchesOver(int maxBytes) {
    refusal =
        request ->
            request.getBatches().size() > maxBytes
                ? Optional.of(
                    error(
                        "RECORD_TOO_LARGE",
                        Status.Code.INVALID_ARGUMENT,
                        Map.of(
                            "maxBytes",
                            Integer.toString(maxBytes),
                            "sizeInBytes",
                            Integer.toString(request.getBatches().size()))))
                : Optional.empty();
  }

  /** A partition's records before an offset are gone, as by retention. */
  public void startLogAt(String topic, int partition, long offset) {
    log(topic, partition).startAt(offset);
  }

  /** A partition's stored bytes are damaged from now on. */
  public void damage(String topic, int partition) {
    log(topic, partition).damage();
  }

  /** Has streams of answers end after so many, as when connections break. */
  public void endStreamsAfter(int answers) {
    answersAStream = answers;
  }

  FakeLog log(String topic, int partition) {
    return logs.computeIfAbsent(new TopicPartition(topic, partition), key -> new FakeLog());
  }

  Map<String, Map<Integer, Integer>> leaders() {
    return leaders;
  }

  Map<Integer, Integer> leadersOf(String topic) {
    return Objects.requireNonNull(leaders.get(topic), topic);
  }

  Map<String, String> configs(String topic) {
    return configs.computeIfAbsent(topic, key -> new ConcurrentHashMap<>());
  }

  void dropTopic(String topic) {
    leaders.remove(topic);
  }

  /** What is wrong with asking this broker about this partition, if anything. */
  Optional<Error> misplaced(int id, String topic, int partition) {
    Map<Integer, Integer> led = leaders.get(topic);
    if (led == null) {
      return Optional.of(error("UNKNOWN_TOPIC", Status.Code.NOT_FOUND, Map.of("topic", topic)));
    }
    Integer leader = led.get(partition);
    if (leader == null) {
      return Optional.of(error("UNKNOWN_PARTITION", Status.Code.NOT_FOUND, Map.of("topic", topic)));
    }
    if (leader == id) {
      return Optional.empty();
    }
    return Optional.of(
        leader == 0
            ? error("LEADER_NOT_AVAILABLE", Status.Code.UNAVAILABLE, Map.of())
            : error(
                "NOT_LEADER",
                Status.Code.FAILED_PRECONDITION,
                Map.of("leaderAddress", address(leader))));
  }

  static Error error(String reason, Status.Code code, Map<String, String> about) {
    return Error.newBuilder()
        .setCode(code.value())
        .setReason(reason)
        .setMessage(reason.toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + about)
        .putAllMetadata(about)
        .build();
  }

  static StatusRuntimeException thrown(Error error) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(error.getCode())
            .setMessage(error.getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(error.getReason())
                        .setDomain("milena.dev")
                        .putAllMetadata(error.getMetadataMap())
                        .build()))
            .build());
  }

  TopicDescription describe(String topic) {
    String stored = configs(NO_TOPIC).getOrDefault(MIN_INSYNC, "1");
    TopicDescription.Builder described =
        TopicDescription.newBuilder()
            .setName(topic)
            .setTopicId("mmK6zBn3RCWi-ubJ9YIe-Q")
            .setReplicationFactor(1)
            .setMinInsyncReplicas(
                Integer.parseInt(configs(topic).getOrDefault(MIN_INSYNC, stored)));
    new TreeMap<>(leadersOf(topic))
        .forEach((partition, leader) -> {
          PartitionDescription.Builder one =
              PartitionDescription.newBuilder().setPartition(partition);
          moves.show(new TopicPartition(topic, partition), one);
          if (leader < 0) {
            one.setLastKnownLeader(-leader);
          } else {
            one.addIsr(1);
          }
          if (leader > 0) {
            one.setLeader(leader);
          }
          described.addPartitions(one);
        });
    new TreeMap<>(configs(topic))
        .forEach((key, value) ->
            described.addConfigs(
                dev.milena.proto.v1.ConfigEntry.newBuilder().setKey(key).setValue(value)));
    return described.build();
  }

  List<Broker> brokers() {
    List<Broker> brokers = new ArrayList<>();
    for (int id = 1; id <= listening.size(); id++) {
      brokers.add(
          Broker.newBuilder()
              .setId(id)
              .setHost("127.0.0.1")
              .setPort(listening.get(id - 1).port)
              .build());
    }
    return brokers;
  }

  /** As kill -9: connections break. */
  public void kill(int id) {
    listening.get(id - 1).server.shutdownNow();
  }

  @Override
  public void close() {
    listening.forEach(l -> l.server.shutdownNow());
  }
}
