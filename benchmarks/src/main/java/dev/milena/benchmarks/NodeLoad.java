package dev.milena.benchmarks;

import dev.milena.client.BatchConsumer;
import dev.milena.client.ClientSettings;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.FetchedBatches;
import dev.milena.client.MilenaClient;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * End-to-end load on running nodes: produces raw batches or single records, or consumes, for a
 * fixed number of bytes, and prints a line for each run with MB/s (10^6 bytes of batches) and,
 * where the brokers' processes are known, their CPU seconds for a GB.
 *
 * <p>The batches are built once ({@link PreparedBatches}).
 */
@Command(name = "node-load", mixinStandardHelpOptions = true, sortOptions = false)
public final class NodeLoad implements Callable<Integer> {
  private static final int PREPARED_BATCHES = 64;
  private static final int DELIVERY_MS = 120_000;
  private static final int IDLE_MS = 5_000;
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  @Mixin private LoadTarget target = new LoadTarget();

  @Option(
      names = "--mode",
      required = true,
      description = "produce-batches, produce-records or consume")
  private String mode = "";

  @Option(names = "--megabytes", defaultValue = "2000", description = "how much, each run")
  private long megabytes;

  @Option(names = "--runs", defaultValue = "3")
  private int runs;

  @Option(names = "--record-bytes", defaultValue = "1024")
  private int recordBytes;

  @Option(names = "--batch-bytes", defaultValue = "65536")
  private int batchBytes;

  @Option(
      names = "--request-bytes",
      defaultValue = "1048576",
      description = "batches of a partition that go together")
  private int requestBytes;

  public static void main(String[] args) {
    System.exit(new CommandLine(new NodeLoad()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(target.bootstrap()))) {
      List<TopicPartition> partitions = target.partitions(client);
      for (int run = 1; run <= runs; run++) {
        BrokerCost.Reading before = target.cost().read();
        long start = System.nanoTime();
        long bytes =
            switch (mode) {
              case "produce-batches" -> produceBatches(client, partitions);
              case "produce-records" -> produceRecords(client);
              case "consume" -> consume(client, partitions);
              default -> throw new IllegalArgumentException("--mode " + mode);
            };
        double seconds = (System.nanoTime() - start) / GIGA;
        System.out.printf(
            "%s run %d: %.0f MB in %.2f s = %.0f MB/s%s%n",
            mode,
            run,
            bytes / MEGA,
            seconds,
            bytes / MEGA / seconds,
            target.cost().wordsOfSize(before, bytes));
      }
    }
    return 0;
  }

  private long produceBatches(MilenaClient client, List<TopicPartition> targets) throws Exception {
    List<ByteBuffer> batches = PreparedBatches.full(PREPARED_BATCHES, batchBytes, recordBytes);
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
                .send(OutgoingRecord.of(target.topic(), value.duplicate()))
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

  private long consume(MilenaClient client, List<TopicPartition> partitions) {
    Map<TopicPartition, StartAt> starts = new TreeMap<>();
    partitions.forEach(p -> starts.put(p, new StartAt.Earliest()));
    long bytes = 0;
    try (BatchConsumer consumer = client.batchConsumer(ConsumerSettings.defaults(), starts)) {
      while (bytes < megabytes * MEGA) {
        Optional<FetchedBatches> fetched = consumer.poll(IDLE_MS);
        if (fetched.isEmpty()) {
          throw new IllegalStateException(
              "only " + bytes + " bytes in " + target.topic() + "; produce first");
        }
        bytes += fetched.get().batches().remaining();
      }
    }
    return bytes;
  }

  private static void awaitAll(List<CompletableFuture<?>> sent)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .get(DELIVERY_MS, TimeUnit.MILLISECONDS);
  }
}
