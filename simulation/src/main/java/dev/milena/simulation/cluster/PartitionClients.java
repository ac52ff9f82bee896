package dev.milena.simulation.cluster;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.Refusal;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.records.ProducerStamp;
import dev.milena.simulation.InvariantBroken;
import dev.milena.simulation.PartitionHistory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The clients of one partition, and what they remember of it. Every record has a value of its own,
 * so that one which is lost, doubled or in the wrong place is recognized. Half of what is written
 * is by idempotent producers, who send again; the others never do.
 */
final class PartitionClients {
  private static final Caller CALLER = new Caller("sim", "sim:1", Caller.ANONYMOUS, "");
  private static final int READERS = 2;
  private static final int WRITERS = 3;

  /** Of so many acknowledgements one is checked against the disks. */
  private static final int CHECKED_OF = 24;

  private final SplittableRandom random;
  private final SimulatedCluster cluster;
  private final PartitionName where;
  private final PartitionId id;
  private final int minInsync;
  private final boolean forgets;
  private final PartitionHistory history;
  private final FlippedBits flipped;
  private final List<NumberedWriter> writers = new ArrayList<>();
  private final List<PartitionReader> readers = new ArrayList<>();
  private final List<Acknowledged> acknowledgedBy = new ArrayList<>();
  private long acknowledged;

  /** Who acknowledged what, for I6. */
  record Acknowledged(long baseOffset, int broker) {}

  PartitionClients(
      SplittableRandom random,
      SimulatedCluster cluster,
      PartitionName where,
      PartitionId id,
      int minInsync,
      long retentionMs) {
    this.random = random;
    this.cluster = cluster;
    this.where = where;
    this.id = id;
    this.minInsync = minInsync;
    this.forgets = retentionMs != PartitionHistory.FOR_EVER;
    this.history = new PartitionHistory(where, retentionMs);
    this.flipped = new FlippedBits(random.split(), cluster, this);
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new NumberedWriter(random.split(), where, 100 + i));
    }
    for (int i = 0; i < READERS; i++) {
      readers.add(
          new PartitionReader(random.split(), where, history, this::flipped, cluster::clocks));
    }
  }

  PartitionName where() {
    return where;
  }

  String folder() {
    return id.toString();
  }

  int minInsync() {
    return minInsync;
  }

  /** Whether records go after a while. */
  boolean forgets() {
    return forgets;
  }

  /** What disks have changed of it. */
  FlippedBits flipped() {
    return flipped;
  }

  PartitionHistory history() {
    return history;
  }

  List<Acknowledged> acknowledgedBy() {
    return acknowledgedBy;
  }

  long acknowledgedCount() {
    return acknowledged;
  }

  long readCount() {
    return readers.stream().mapToLong(PartitionReader::read).sum();
  }

  /** The row as the quorum has it. */
  PartitionImage row() {
    return row(cluster.world().quorum().image()).orElseThrow();
  }

  private Optional<PartitionImage> row(ClusterImage image) {
    return image.partition(id);
  }

  /** Whom a client asks that has heard of the metadata from some broker, perhaps an old one. */
  private Optional<PartitionImage> rowAsSomebodyKnows() {
    ClusterNode told = cluster.any(random);
    return told.line().flatMap(line -> row(line.image())).filter(PartitionImage::hasLeader);
  }

  /** Sends a batch of a few records; what comes back is noted when it comes. */
  void produce() {
    Optional<PartitionImage> row = rowAsSomebodyKnows();
    Optional<ClusterNode> leader = row.map(known -> cluster.node(known.leader()));
    Optional<BrokerCore> core = leader.flatMap(ClusterNode::core);
    if (core.isEmpty()) {
      return;
    }
    if (random.nextBoolean()) {
      NumberedWriter writer = writers.get(random.nextInt(writers.size()));
      writer.send(leader.orElseThrow(), core.get(), cluster.nowMs(), this::acknowledged);
      return;
    }
    List<ByteBuffer> values = SimulatedRecords.some(random);
    Acks acks = random.nextInt(6) == 0 ? Acks.LEADER : Acks.ALL;
    boolean answerIsLost = random.nextInt(50) == 0;
    ByteBuffer batch = SimulatedRecords.batch(values, ProducerStamp.NONE, cluster.world().wallMs());
    Sent sent = new Sent(acks, values, leader.orElseThrow(), cluster.clocks().nowMs());
    core.get()
        .produce(
            new ProduceCall(
                CALLER,
                acks,
                1 + random.nextInt(20_000),
                List.of(new ProduceCall.Part(where, batch))),
            outcomes -> {
              if (!answerIsLost) {
                produced(sent, outcomes.getFirst());
              }
            });
  }

  /** A write under way: to which broker, and when on the monotonic clock. */
  private record Sent(Acks acks, List<ByteBuffer> values, ClusterNode leader, long sentMs) {}

  private void produced(Sent sent, PartOutcome outcome) {
    switch (outcome) {
      case PartOutcome.Written written -> {
        if (sent.acks() == Acks.ALL) {
          acknowledged(sent.leader(), sent.values(), written.baseOffset(), sent.sentMs());
          // what was sent again may be acknowledged by a later leader than its own
          acknowledgedBy.add(new Acknowledged(written.baseOffset(), sent.leader().id()));
        }
      }
      case PartOutcome.NotWritten(Refusal refusal) -> {
        if (refusal.saysNothingStored()) {
          history.refused(sent.values(), refusal.kind().name());
        }
      }
      case PartOutcome.Handed() -> throw new IllegalStateException("acks=none was not asked for");
    }
  }

  private void acknowledged(
      ClusterNode leader, List<ByteBuffer> values, long baseOffset, long sentMs) {
    history.acknowledged(baseOffset, values, sentMs);
    acknowledged += values.size();
    // a sync may have failed since the one that this goes by
    boolean hasFailed = leader.machine().hasFailed(folder());
    if (random.nextInt(CHECKED_OF) == 0 || hasFailed) {
      checkDisks(baseOffset, hasFailed ? "I11" : "I7");
    }
  }

  /**
   * So many disks hold it that the loss of all but one of min.insync.replicas loses nothing. What
   * is older than its retention may be gone from any: a batch that is sent again late may be
   * acknowledged by a leader that has it still, after one before it let it go.
   *
   * @param invariant which is broken otherwise
   */
  private void checkDisks(long baseOffset, String invariant) {
    if (flipped.areThere()) {
      // what lies behind a damaged batch is not seen
      return;
    }
    long safe =
        cluster.nodes().stream()
            .map(node -> StoredLog.of(node.machine().disk().synced(), folder()))
            .filter(log -> log.logEnd() > baseOffset && log.logStart() <= baseOffset)
            .count();
    if (safe < minInsync && history.isKept(baseOffset, cluster.clocks())) {
      throw new InvariantBroken(
          invariant,
          "%s: offset %d was acknowledged, and %d disks hold it; min.insync.replicas is %d"
              .formatted(where, baseOffset, safe, minInsync));
    }
  }

  /** Reads, or asks for the end. */
  void read() {
    Optional<PartitionImage> row = rowAsSomebodyKnows();
    Optional<BrokerCore> core =
        row.map(known -> cluster.node(known.leader())).flatMap(ClusterNode::core);
    if (core.isEmpty()) {
      return;
    }
    PartitionReader reader = readers.get(random.nextInt(readers.size()));
    if (random.nextInt(6) == 0) {
      reader.askLatest(core.get(), row.orElseThrow().leaderEpoch());
    } else {
      reader.fetch(core.get(), row.orElseThrow().leaderEpoch());
    }
  }

  /** After heal: reads everything there is. */
  void readAll() {
    PartitionReader reader =
        new PartitionReader(random.split(), where, history, this::flipped, cluster::clocks);
    long from = history.logStart();
    while (true) {
      BrokerCore core = cluster.node(row().leader()).core().orElseThrow();
      PartitionReader.Reading reading = reader.readFrom(core, from);
      cluster.settle();
      if (reading.refused().isPresent() && history.logStart() > from) {
        from = history.logStart();
      } else if (reading.refused().isPresent()) {
        throw new InvariantBroken(
            "I1", "%s: cannot be read from %s: %s".formatted(where, from, reading.refused().get()));
      } else if (reading.nextOffset().isEmpty()) {
        throw new InvariantBroken("I10", where + ": a fetch is not answered after heal");
      } else if (reading.nextOffset().get() == from) {
        history.complete(history.logStart(), from);
        return;
      } else {
        from = reading.nextOffset().get();
      }
    }
  }
}
