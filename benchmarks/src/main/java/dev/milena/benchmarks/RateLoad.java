package dev.milena.benchmarks;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Latency at a fixed rate: sends batches of one record with acks=all, to the partitions in turn,
 * each at its time whether those before it were answered or not, and prints how long after that
 * time each was acknowledged. A pause of anybody is so counted for all who came during it.
 */
@Command(name = "rate-load", mixinStandardHelpOptions = true, sortOptions = false)
public final class RateLoad implements Callable<Integer> {
  private static final double NANOS_PER_MS = 1e6;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int PREPARED_BATCHES = 64;

  @Mixin private LoadTarget target = new LoadTarget();

  @Option(names = "--rate", defaultValue = "10000", description = "records a second in all")
  private int rate;

  @Option(names = "--seconds", defaultValue = "20", description = "each run")
  private int seconds;

  @Option(names = "--runs", defaultValue = "3")
  private int runs;

  @Option(names = "--record-bytes", defaultValue = "1024")
  private int recordBytes;

  public static void main(String[] args) {
    System.exit(new CommandLine(new RateLoad()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(target.bootstrap()))) {
      List<TopicPartition> partitions = target.partitions(client);
      List<ByteBuffer> batches = PreparedBatches.ofOneRecord(PREPARED_BATCHES, recordBytes);
      try (Producer producer = client.producer(ProducerSettings.defaults().withLingerMs(0))) {
        for (int run = 1; run <= runs; run++) {
          BrokerCost.Reading before = target.cost().read();
          Latencies latencies = run(producer, partitions, batches);
          System.out.printf(
              "rate %,d/s over %d partitions, run %d: %s%s%n",
              rate, partitions.size(), run, latencies.words(), target.cost().wordsOfTime(before));
        }
      }
    }
    return 0;
  }

  private Latencies run(
      Producer producer, List<TopicPartition> partitions, List<ByteBuffer> batches) {
    int count = Math.multiplyExact(rate, seconds);
    Latencies latencies = new Latencies(count);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + i * NANOS_PER_SECOND / rate;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      int index = i;
      var _ =
          producer
              .sendBatches(
                  partitions.get(i % partitions.size()),
                  batches.get(i % batches.size()).duplicate())
              .whenComplete(
                  (_, failure) -> latencies.ended(index, System.nanoTime() - due, failure));
    }
    producer.flush();
    return latencies;
  }

  /** How long each record took; filled by the producer's thread, read when it has been flushed. */
  private static final class Latencies {
    private final long[] nanos;
    private final LongAdder failed = new LongAdder();

    Latencies(int count) {
      nanos = new long[count];
    }

    void ended(int index, long took, @Nullable Throwable failure) {
      nanos[index] = took;
      if (failure != null) {
        failed.increment();
      }
    }

    String words() {
      Arrays.sort(nanos);
      return "p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.1f ms, %d of %d failed"
          .formatted(at(0.5), at(0.99), at(0.999), at(1), failed.sum(), nanos.length);
    }

    private double at(double part) {
      int index = (int) Math.ceil(part * nanos.length) - 1;
      return nanos[Math.max(0, index)] / NANOS_PER_MS;
    }
  }
}
