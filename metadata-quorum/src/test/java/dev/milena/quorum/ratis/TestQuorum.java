package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.FreePorts;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Nodes of a quorum in this process, by node id, each with a folder and a port of its own. */
final class TestQuorum implements AutoCloseable {
  static final String CLUSTER = "test-cluster";

  final Members members = new Members();
  private final TreeMap<Integer, QuorumSettings> settings = new TreeMap<>();
  private final TreeMap<Integer, QuorumServer> running = new TreeMap<>();
  private final Path folder;
  private final QuorumTuning tuning;

  /** Nodes 1 to {@code voters}, none of them started, all of them named by each. */
  TestQuorum(Path folder, int voters, QuorumTuning tuning) throws IOException {
    this.folder = folder;
    this.tuning = tuning;
    List<Voter> named = new ArrayList<>();
    for (int id = 1; id <= voters; id++) {
      named.add(new Voter(id, "127.0.0.1", FreePorts.take()));
    }
    for (Voter voter : named) {
      add(voter.id(), voter.port(), named);
    }
  }

  /** A further node that no list names. */
  void addNode(int id) throws IOException {
    add(id, FreePorts.take(), List.of());
  }

  private void add(int id, int port, List<Voter> named) {
    settings.put(
        id,
        new QuorumSettings(
            CLUSTER, id, named, "127.0.0.1", port, folder.resolve("node" + id), tuning));
  }

  QuorumSettings settings(int id) {
    return Objects.requireNonNull(settings.get(id));
  }

  /** Gives a node other settings for its next start. */
  void change(QuorumSettings other) {
    settings.put(other.nodeId(), other);
  }

  /** A node names these from its next start on. */
  void name(int id, List<Voter> voters) {
    QuorumSettings now = settings(id);
    change(
        new QuorumSettings(now.clusterId(), id, voters, now.listen(), now.folder(), now.tuning()));
  }

  QuorumServer start(int id) throws IOException {
    return start(id, QuorumEvents.NONE);
  }

  QuorumServer start(int id, QuorumEvents events) throws IOException {
    QuorumServer server = members.start(settings(id), events);
    running.put(id, server);
    return server;
  }

  void startAll() throws IOException {
    for (int id : settings.keySet()) {
      start(id);
    }
  }

  QuorumServer node(int id) {
    return Objects.requireNonNull(running.get(id));
  }

  void stop(int id) {
    QuorumServer server = node(id);
    running.remove(id);
    server.close();
  }

  /** Loses a stopped node's disk. */
  void empty(int id) throws IOException {
    SnapshotFiles.delete(settings(id).folder());
  }

  /** The running node that leads, as soon as one does. */
  QuorumServer leader() {
    AtomicReference<Optional<QuorumServer>> leader = new AtomicReference<>(Optional.empty());
    await(
        "a leader",
        () -> {
          leader.set(running.values().stream().filter(one -> one.status().leading()).findFirst());
          return leader.get().isPresent();
        });
    return leader.get().orElseThrow();
  }

  /**
   * What whoever leads makes of a change of the voters: on a busy machine another may lead by the
   * time it is asked, which says so.
   */
  CompletionStage<VoterChange> change(Function<QuorumServer, CompletionStage<VoterChange>> wanted)
      throws Exception {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Members.TIMEOUT_MS);
    VoterChange outcome = Members.await(wanted.apply(leader()));
    while (outcome instanceof VoterChange.NotLeader && System.nanoTime() < endNanos) {
      outcome = Members.await(wanted.apply(leader()));
    }
    return CompletableFuture.completedFuture(outcome);
  }

  /** How whoever leads stands, while it does. */
  QuorumStatus leadersStatus() {
    AtomicReference<Optional<QuorumStatus>> leading = new AtomicReference<>(Optional.empty());
    await(
        "a leader",
        () -> {
          leading.set(
              running.values().stream()
                  .map(QuorumServer::status)
                  .filter(QuorumStatus::leading)
                  .findFirst());
          return leading.get().isPresent();
        });
    return leading.get().orElseThrow();
  }

  int leaderId() {
    return leadersStatus().nodeId();
  }

  /** A running node that does not lead. */
  int followerId() {
    int leader = leaderId();
    return running.keySet().stream().filter(id -> id != leader).findFirst().orElseThrow();
  }

  /** A running node that does not lead, and is not this one. */
  int followerIdBut(int other) {
    int leader = leaderId();
    return running.keySet().stream()
        .filter(id -> id != leader && id != other)
        .findFirst()
        .orElseThrow();
  }

  /** Any running node but this one. */
  int anyBut(int other) {
    return running.keySet().stream().filter(id -> id != other).findFirst().orElseThrow();
  }

  /** A node as an operator names it. */
  Voter voter(int id) {
    return new Voter(id, "127.0.0.1", settings(id).listenPort());
  }

  void awaitStage(int id, QuorumStage stage) {
    await("node " + id + " is " + stage, () -> node(id).status().stage() == stage);
  }

  static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "waited 60 s for: " + what);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Has a topic created, through this node. */
  long createTopic(int throughNode, String name) throws Exception {
    return Members.decided(
            node(throughNode)
                .submit(Members.createTopic(name, 1), Members.ORIGIN, Members.TIMEOUT_MS))
        .index();
  }

  QuorumAnswer tryCreateTopic(int throughNode, String name, long timeoutMs) throws Exception {
    return Members.await(
        node(throughNode).submit(Members.createTopic(name, 1), Members.ORIGIN, timeoutMs));
  }

  /** All running nodes have caught up and hold the same. */
  void assertAllAgree() throws Exception {
    for (QuorumServer server : running.values()) {
      assertInstanceOf(
          ReadAnswer.CaughtUp.class, Members.await(server.readIndex(Members.TIMEOUT_MS)));
    }
    await(
        "equal state hashes",
        () -> running.values().stream().map(QuorumServer::stateHash).distinct().count() == 1);
    await(
        "one leader",
        () -> running.values().stream().filter(one -> one.status().leading()).count() == 1);
  }

  void assertNobodyHalted() {
    assertEquals(List.of(), members.halts);
  }

  /**
   * Has the journal know the voters before they are: then no note follows their change, and what
   * the newcomer needs must come without another entry.
   *
   * @param index later than that of any configuration
   */
  void noteBeforehand(int newcomer, long index) throws Exception {
    List<VoterImage> voters = new ArrayList<>();
    for (VoterStatus voter : leader().status().voters()) {
      if (voter.nodeId() != newcomer) {
        String directory = PeerName.parse(voter.peer()).orElseThrow().directory();
        voters.add(new VoterImage(voter.nodeId(), directory, voter.host(), voter.port()));
      }
    }
    String line =
        Files.readAllLines(settings(newcomer).identityFile()).stream()
            .filter(one -> one.startsWith("directory "))
            .findFirst()
            .orElseThrow();
    Voter wished = voter(newcomer);
    voters.add(
        new VoterImage(
            newcomer, line.substring("directory ".length()), wished.host(), wished.port()));
    Members.decided(
        leader()
            .submit(
                new MetadataCommand.NoteVoters(index, voters), Members.ORIGIN, Members.TIMEOUT_MS));
  }

  @Override
  public void close() {
    running.values().forEach(QuorumServer::close);
    running.clear();
  }
}
