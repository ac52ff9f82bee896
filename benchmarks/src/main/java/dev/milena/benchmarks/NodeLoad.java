package dev.milena.benchmarks;

import dev.milena.client.BatchConsumer;
import dev.milena.client.ClientSettings;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.FetchedBatches;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * End-to-end load on a running node: produces raw batches or single records, or consumes, for a
 * fixed number of bytes, and prints a line for each run with MB/s (10^6 bytes of batches) and,
 * where the broker's process is known, its CPU seconds for a GB.
 *
 * <p>The batches are built once, of random 1 KiB records, and sent over and over: what is measured
 * is client, wire, broker and disk, not the making of random numbers.
 */
@Command(name = "node-load", mixinStandardHelpOptions = true, sortOptions = false)
public final class NodeLoad implements Callable<Integer> {
  private static final int PREPARED_BATCHES = 64;
  private static final int DELIVERY_MS = 120_000;
  private static final int IDLE_MS = 5_000;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  @Option(names = "--bootstrap-server", defaultValue = "localhost:9092")
  private String bootstrap = "";

  @Option(
      names = "--mode",
      required = true,
      description = "produce-batches, produce-records or consume")
  private String mode = "";

  @Option(names = "--megabytes", defaultValue = "2000", description = "how much, each run")
  private long megabytes;

  @Option(names = "--runs", defaultValue = "3")
  private int runs;

  @Option(names = "--partitions", defaultValue = "6")
  private int partitions;

  @Option(names = "--record-bytes", defaultValue = "1024")
  private int recordBytes;

  @Option(names = "--batch-bytes", defaultValue = "65536")
  private int batchBytes;

  @Option(
      names = "--request-bytes",
      defaultValue = "1048576",
      description = "batches of a partition that go together")
  private int requestBytes;

  @Option(names = "--topic", defaultValue = "load")
  private String topic = "";

  @Option(
      names = "--broker-pid",
      defaultValue = "0",
      description = "whose CPU seconds to print (Linux)")
  private long brokerPid;

  public static void main(String[] args) {
    System.exit(new CommandLine(new NodeLoad()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(bootstrap))) {
      createTopicIfAbsent(client);
      for (int run = 1; run <= runs; run++) {
        double cpuBefore = ProcessCpu.seconds(brokerPid);
        long start = System.nanoTime();
        long bytes =
            switch (mode) {
              case "produce-batches" -> produceBatches(client);
              case "produce-records" -> produceRecords(client);
              case "consume" -> consume(client);
              default -> throw new IllegalArgumentException("--mode " + mode);
            };
        double seconds = (System.nanoTime() - start) / GIGA;
        double cpu = ProcessCpu.seconds(brokerPid) - cpuBefore;
        System.out.printf(
            "%s run %d: %.0f MB in %.2f s = %.0f MB/s%s%n",
            mode, run, bytes / MEGA, seconds, bytes / MEGA / seconds, cpuWords(cpu, bytes));
      }
    }
    return 0;
  }

  /** Says nothing where no broker's process is known. */
  private static String cpuWords(double cpuSeconds, long bytes) {
    return Double.isNaN(cpuSeconds)
        ? ""
        : ", broker CPU %.2f s a GB".formatted(cpuSeconds / (bytes / GIGA));
  }

  private void createTopicIfAbsent(MilenaClient client) {
    boolean exists =
        client.admin().listTopics().stream().anyMatch(listing -> listing.name().equals(topic));
    if (!exists) {
      client.admin().createTopic(NewTopic.of(topic, partitions, 1));
    }
  }

  private long produceBatches(MilenaClient client) throws Exception {
    List<ByteBuffer> batches = prepareBatches();
    List<TopicPartition> targets = List.copyOf(client.partitionsOf(topic));
    List<CompletableFuture<?>> sent = new ArrayList<>();
    long bytes = 0;
    ProducerSettings settings =
        ProducerSettings.defaults().withBytes(batchBytes, requestBytes, 64 << 20);
    try (Producer producer = client.producer(settings)) {
      for (int i = 0; bytes < megabytes * MEGA; i++) {
        ByteBuffer batch = batches.get(i % batches.size());
        sent.add(producer.sendBatches(targets.get(i % targets.size()), batch));
        bytes += batch.remaining();
      }
      awaitAll(sent);
    }
    return bytes;
  }

  private long produceRecords(MilenaClient client) throws Exception {
    byte[] bytes = new byte[recordBytes];
    new SplittableRandom(1).nextBytes(bytes);
    ByteBuffer value = ByteBuffer.wrap(bytes);
    long count = (long) (megabytes * MEGA / recordBytes);
    LongAdder done = new LongAdder();
    LongAdder failed = new LongAdder();
    ProducerSettings settings =
        ProducerSettings.defaults().withBytes(batchBytes, requestBytes, 64 << 20);
    try (Producer producer = client.producer(settings)) {
      for (long i = 0; i < count; i++) {
        var _ =
            producer
                .send(OutgoingRecord.of(topic, value.duplicate()))
                .whenComplete((place, failure) -> (failure == null ? done : failed).increment());
      }
      producer.flush();
    }
    if (done.sum() != count || failed.sum() != 0) {
      throw new IllegalStateException(
          done + " of " + count + " acknowledged, " + failed + " failed");
    }
    return count * recordBytes;
  }

  private long consume(MilenaClient client) {
    Map<TopicPartition, StartAt> starts = new TreeMap<>();
    client.partitionsOf(topic).forEach(p -> starts.put(p, new StartAt.Earliest()));
    long bytes = 0;
    try (BatchConsumer consumer = client.batchConsumer(ConsumerSettings.defaults(), starts)) {
      while (bytes < megabytes * MEGA) {
        Optional<FetchedBatches> fetched = consumer.poll(IDLE_MS);
        if (fetched.isEmpty()) {
          throw new IllegalStateException(
              "only " + bytes + " bytes in " + topic + "; produce first");
        }
        bytes += fetched.get().batches().remaining();
      }
    }
    return bytes;
  }

  private List<ByteBuffer> prepareBatches() {
    SplittableRandom random = new SplittableRandom(1);
    List<ByteBuffer> batches = new ArrayList<>();
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, batchBytes)) {
      for (int i = 0; i < PREPARED_BATCHES; i++) {
        builder.clear();
        byte[] value = new byte[recordBytes];
        do {
          random.nextBytes(value);
        } while (builder.append(
            System.currentTimeMillis(), null, ByteBuffer.wrap(value), List.of()));
        ByteBuffer built = builder.build();
        batches.add(ByteBuffer.allocateDirect(built.remaining()).put(built).flip());
      }
    }
    return batches;
  }

  private static void awaitAll(List<CompletableFuture<?>> sent)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .get(DELIVERY_MS, TimeUnit.MILLISECONDS);
  }
}
