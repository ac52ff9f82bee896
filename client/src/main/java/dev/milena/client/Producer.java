package dev.milena.client;

import dev.milena.client.connection.Connections;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.Partitioner;
import dev.milena.records.RecordBatchBuilder;
import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Writes records: gathers them into batches by partition, and sends those to the leaders.
 *
 * <p>Any thread may send. Records that one thread sends to one partition are written in that order,
 * also when some have to be sent again: one request of a partition is under way at a time. A record
 * is written when its future completes well: with acks=all once, however often it has to be sent,
 * since its batches are numbered ({@link SequenceNumbers}); with less perhaps twice, after a
 * timeout or a broken connection. {@link MilenaException#nothingStored} of the failure at last says
 * whether a record was only ever turned away, by all attempts.
 *
 * <p>Futures complete on the producer's thread: what depends on them must not block, and must not
 * send, unless it goes to another thread first.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Producer implements AutoCloseable {
  private static final int CLOSE_TIMEOUT_MS = 30_000;

  private final ProducerSettings settings;
  private final LeaderCache leaders;
  private final ProducerNumber number;
  private final ProducerMemory memory;
  private final SenderLoop loop;
  private final Thread thread;
  private final Map<TopicPartition, BatchGatherer> gatherers = new ConcurrentHashMap<>();
  private final Map<String, StickyPartition> sticky = new ConcurrentHashMap<>();
  private volatile boolean closing;
  private volatile boolean stop;
  private volatile String endedBecause = "";

  Producer(
      ProducerSettings settings, Connections connections, LeaderCache leaders, BrokerCalls calls) {
    this.number = new ProducerNumber(calls, settings.acks() == Acks.ALL);
    this.settings = settings;
    this.leaders = leaders;
    this.memory = new ProducerMemory(settings);
    this.loop = new SenderLoop(settings, connections, leaders);
    this.thread = Thread.ofPlatform().daemon().name("milena-producer").unstarted(this::run);
    loop.runOn(thread);
    thread.start();
  }

  /**
   * Writes a record. Blocks while the topic is looked up and a producer id asked for, the first
   * time, and while the buffer is full.
   *
   * @return where it was written, or a {@link MilenaException}
   * @throws MilenaException when the record could not even be taken: UNKNOWN_TOPIC,
   *     UNKNOWN_PARTITION, BUFFER_FULL, RECORD_TOO_LARGE, CLOSED, NO_BROKER_REACHABLE
   */
  public CompletableFuture<RecordPlace> send(OutgoingRecord record) {
    refuseIfClosed();
    number.require();
    List<RecordHeader> headers = record.headers().stream().map(Producer::header).toList();
    int recordBytes = RecordBatchBuilder.sizeOfOne(record.key(), record.value(), headers);
    BatchGatherer gatherer = gatherer(partitionOf(record, recordBytes));
    long timestampMs =
        record.timestampMs() == OutgoingRecord.NOW
            ? System.currentTimeMillis()
            : record.timestampMs();
    CompletableFuture<RecordPlace> future = new CompletableFuture<>();
    switch (gatherer.add(record, headers, timestampMs, future)) {
      case DONE -> {}
      case NEEDS_MEMORY -> {
        loop.wake();
        gatherer.begin(memory.lease(recordBytes), record, headers, timestampMs, future);
        loop.wake();
      }
    }
    failIfTooLate(gatherer);
    return future;
  }

  /**
   * Writes whole Kafka v2 record batches as they are, one after another, all or none of them. They
   * are written in order with what else is sent to the partition.
   *
   * @param batches from position to limit; must stay as they are until the future completes
   * @return the place of the first record
   * @throws MilenaException as {@link #send}
   */
  public CompletableFuture<RecordPlace> sendBatches(TopicPartition where, ByteBuffer batches) {
    refuseIfClosed();
    int count = SendBatch.countRecords(batches);
    if (count < 1) {
      throw new IllegalArgumentException(
          "batches begin with a header of " + BatchHeader.SIZE + " bytes and at least 1 record");
    }
    checkPartition(where);
    BatchGatherer gatherer = gatherer(where);
    CompletableFuture<RecordPlace> future = new CompletableFuture<>();
    ProducerMemory.Lease lease = memory.leaseWhole(batches.remaining());
    gatherer.addWhole(
        new SendBatch(
            where,
            batches.slice(),
            new SendBatch.Waiting.Whole(future, count),
            System.nanoTime(),
            lease::giveBack));
    loop.wake();
    failIfTooLate(gatherer);
    return future;
  }

  /**
   * Sends all that was given so far without lingering, and waits until each record was acknowledged
   * or failed: at most the delivery timeout.
   */
  public void flush() {
    flush(settings.timing().deliveryTimeoutMs() + (long) settings.timing().requestTimeoutMs());
  }

  private boolean flush(long timeoutMs) {
    loop.beginFlush();
    try {
      CompletableFuture.allOf(memory.whatIsLent().toArray(CompletableFuture[]::new))
          .get(timeoutMs, TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientReason.INTERRUPTED.failure("interrupted while flushing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("memory is given back, it does not fail", e);
    } catch (TimeoutException e) {
      return false;
    } finally {
      loop.endFlush();
    }
  }

  /** Bytes that can be sent now without blocking. */
  public long freeBytes() {
    return memory.freeBytes();
  }

  /** Flushes for 30 s at most, then closes. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT_MS);
  }

  /**
   * Takes nothing more, sends what was given, and ends. What is not acknowledged in time fails with
   * CLOSED, saying whether it may have been written. May be called more than once.
   *
   * @param timeoutMs 0: gives up at once what is under way
   */
  public void close(int timeoutMs) {
    closing = true;
    if (timeoutMs > 0 && thread.isAlive()) {
      var _ = flush(timeoutMs);
    }
    memory.close();
    stop = true;
    loop.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    ClientReason reason = ClientReason.CLIENT_FAILED;
    String why = "the producer's thread died of a fault of its own";
    try {
      while (!stop) {
        long idleNanos = loop.turn(System.nanoTime());
        if (idleNanos > 0 && !stop) {
          LockSupport.parkNanos(this, idleNanos);
        }
      }
      reason = ClientReason.CLOSED;
      why = "the producer was closed";
    } finally {
      // after a fault too, nobody waits for ever; the thread's handler shows the fault itself
      closing = true;
      endedBecause = why;
      memory.close();
      loop.failAll(reason, why);
    }
  }

  private void refuseIfClosed() {
    if (closing) {
      String why = endedBecause;
      throw ClientReason.CLOSED.failure(why.isEmpty() ? "the producer was closed" : why);
    }
  }

  /** The thread may have ended between the look at closing and the adding. */
  private void failIfTooLate(BatchGatherer gatherer) {
    String why = endedBecause;
    if (!why.isEmpty()) {
      SenderLoop.failLeftovers(gatherer, ClientReason.CLOSED, why);
    }
  }

  private BatchGatherer gatherer(TopicPartition where) {
    return gatherers.computeIfAbsent(
        where,
        key -> {
          BatchGatherer made = new BatchGatherer(key);
          loop.add(new PartitionSender(made, number, System.nanoTime()));
          return made;
        });
  }

  private TopicPartition partitionOf(OutgoingRecord record, int recordBytes) {
    String topic = record.topic();
    if (record.partition().isPresent()) {
      TopicPartition where = new TopicPartition(topic, record.partition().getAsInt());
      checkPartition(where);
      return where;
    }
    Leaders now = leaders.get(topic);
    ByteBuffer key = record.key();
    int partition =
        key != null
            ? Partitioner.partitionOf(key, now.partitionCount())
            : sticky
                .computeIfAbsent(
                    topic,
                    name ->
                        new StickyPartition(RandomGenerator.getDefault(), settings.batchBytes()))
                .next(now, recordBytes);
    return new TopicPartition(topic, partition);
  }

  private void checkPartition(TopicPartition where) {
    int count = leaders.get(where.topic()).partitionCount();
    if (where.partition() >= count) {
      // it may have been given more since
      count = leaders.getAnew(where.topic()).partitionCount();
    }
    if (where.partition() < 0 || where.partition() >= count) {
      throw ClientReason.UNKNOWN_PARTITION.failure(
          "topic \""
              + where.topic()
              + "\" has partitions 0 to "
              + (count - 1)
              + ", got "
              + where.partition(),
          Map.of("topic", where.topic(), "partition", Integer.toString(where.partition())));
    }
  }

  private static RecordHeader header(Header header) {
    ByteBuffer value = header.value();
    return value == null ? RecordHeader.ofNull(header.key()) : RecordHeader.of(header.key(), value);
  }
}
