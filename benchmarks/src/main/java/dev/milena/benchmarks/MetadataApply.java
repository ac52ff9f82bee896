package dev.milena.benchmarks;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.Decider;
import dev.milena.metadata.Decision;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.pcollections.TreePMap;

/**
 * What one command costs a member of the quorum, on metadata of a given size: a topic of 1,000
 * partitions with 3 replicas is decided, folded and applied (rows and journal in one batch), and
 * deleted again; its replicas get another order; and a broker is fenced and comes back.
 *
 * <pre>
 *   benchmarks/jmh.sh -main MetadataApply FOLDER [PARTITIONS THAT ARE THERE] [REPETITIONS] [cpu]
 * </pre>
 *
 * <p>With "cpu" the processor time of the thread is measured instead of the time that passes, for a
 * machine that does other things too.
 */
final class MetadataApply {
  private static final int BROKERS = 9;
  private static final int RACKS = 3;
  private static final int TOPIC_PARTITIONS = 1_000;
  private static final int FACTOR = 3;
  private static final double NANOS_PER_MS = 1e6;

  private final MetadataReplica replica;
  private final int repetitions;
  private final LongSupplier nanos;
  private long index;

  private MetadataApply(MetadataReplica replica, int repetitions, LongSupplier nanos) {
    this.replica = replica;
    this.repetitions = repetitions;
    this.nanos = nanos;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "milena-metadata-");
    int present = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int repetitions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
    LongSupplier nanos =
        arguments.length > 3
            ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
            : System::nanoTime;
    try (MetadataReplica replica = new MetadataReplica(folder.resolve("live"), 64L << 20)) {
      replica.open(new SnapshotFiles(folder.resolve("snapshots"), folder.resolve("temporary")));
      MetadataApply run = new MetadataApply(replica, repetitions, nanos);
      run.fill(present);
      run.measure();
    } finally {
      SnapshotFiles.delete(folder);
    }
  }

  private void fill(int partitions) throws IOException {
    for (int id = 0; id < BROKERS; id++) {
      apply(
          new MetadataCommand.RegisterBroker(
              id, "host" + id, 9092, "rack" + id % RACKS, run(id, 0), IncarnationId.NONE));
      apply(new MetadataCommand.UnfenceBroker(id, 0));
    }
    for (int i = 0; i < partitions / TOPIC_PARTITIONS; i++) {
      apply(create("present-" + i));
    }
    System.out.printf(
        Locale.ROOT,
        "%d partitions of %d replicas on %d brokers; milliseconds of %d each%n",
        image().partitionCount(),
        FACTOR,
        BROKERS,
        repetitions);
  }

  private void measure() throws IOException {
    long[] decided = new long[repetitions];
    long[] folded = new long[repetitions];
    long[] applied = new long[repetitions];
    long[] reordered = new long[repetitions];
    long[] deleted = new long[repetitions];
    long[] fenced = new long[repetitions];
    for (int i = 0; i < repetitions; i++) {
      MetadataCommand create = create("more");
      long start = nanos.getAsLong();
      Decision decision = Decider.decide(image(), create, stamp());
      long between = nanos.getAsLong();
      image().with(((Decision.Accepted) decision).records());
      long end = nanos.getAsLong();
      decided[i] = between - start;
      folded[i] = end - between;
      applied[i] = apply(create);
      reordered[i] = apply(otherOrder("more"));
      deleted[i] = apply(new MetadataCommand.DeleteTopic("more", TopicId.NONE));
      int broker = i % BROKERS;
      fenced[i] = apply(new MetadataCommand.FenceBroker(broker, epochOf(broker)));
      apply(new MetadataCommand.UnfenceBroker(broker, epochOf(broker)));
    }
    print("decide a topic of 1,000 partitions", decided);
    print("fold it", folded);
    print("apply it: decide, fold, rows and journal", applied);
    print("apply another order of its replicas", reordered);
    print("apply its deletion", deleted);
    print("apply the fencing of a broker", fenced);
  }

  private long apply(MetadataCommand command) throws IOException {
    byte[] head = EntryCodec.head(stamp());
    byte[] content =
        CommandCodec.encode(
            new SubmittedCommand(new RequestId(7, index + 1), CommandOrigin.ofBroker(0), command));
    ByteBuffer entry =
        ByteBuffer.allocate(head.length + content.length).put(head).put(content).flip();
    long start = nanos.getAsLong();
    replica.apply(1, index, entry);
    long took = nanos.getAsLong() - start;
    index++;
    return took;
  }

  private CommandStamp stamp() {
    return new CommandStamp(1_782_000_000_000L + index, new TopicId(1, index + 1), 31 * index);
  }

  private ClusterImage image() {
    return replica.view().image();
  }

  private long epochOf(int broker) {
    return image().broker(broker).orElseThrow().brokerEpoch();
  }

  private static IncarnationId run(int broker, long number) {
    return new IncarnationId(broker + 1, number);
  }

  private static MetadataCommand create(String name) {
    return new MetadataCommand.CreateTopic(
        name, TOPIC_PARTITIONS, new ReplicaPlan.Factor(FACTOR), TreePMap.empty(), 0);
  }

  private MetadataCommand otherOrder(String name) {
    TopicImage topic = image().topic(name).orElseThrow();
    List<PartitionMove> moves = new ArrayList<>();
    for (PartitionImage partition : topic.partitions()) {
      List<Integer> replicas = new ArrayList<>(partition.replicas());
      Collections.rotate(replicas, 1);
      moves.add(
          new PartitionMove(
              new PartitionId(topic.id(), partition.partition()),
              new PartitionMove.Aim.Target(replicas)));
    }
    return new MetadataCommand.ReassignPartitions(moves);
  }

  private static void print(String what, long[] nanos) {
    // the first half warms up
    long[] sorted = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-42s median %7.2f  p99 %7.2f  most %7.2f  first %7.2f%n",
        what,
        sorted[sorted.length / 2] / NANOS_PER_MS,
        sorted[(int) (sorted.length * 0.99)] / NANOS_PER_MS,
        sorted[sorted.length - 1] / NANOS_PER_MS,
        nanos[0] / NANOS_PER_MS);
  }
}
