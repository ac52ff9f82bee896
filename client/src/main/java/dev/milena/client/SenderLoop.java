package dev.milena.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.milena.client.connection.Connections;
import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends what gatherers hold to the leaders, and sends again what failed.
 *
 * <p>One thread owns it and calls {@link #turn}; others add partitions, wake it, and put events
 * into its mailbox. A record is in one place at any time: in its gatherer, or in the one request of
 * its partition that is under way.
 */
@OwnedBy(Owner.CREATOR)
final class SenderLoop {
  /** So that a broker's own timeout, which says more, comes before ours. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long AT_ONCE = 0;

  private final ProducerSettings settings;
  private final Connections connections;
  private final TopicLookups lookups;
  private final Queue<SenderEvent> mailbox = new ConcurrentLinkedQueue<>();
  private final List<PartitionSender> partitions = new CopyOnWriteArrayList<>();
  private final Map<String, ProduceLink> links = new TreeMap<>();
  private final AtomicInteger flushing = new AtomicInteger();
  private volatile Thread thread = Thread.currentThread();
  private long correlation;
  private int firstToServe;

  SenderLoop(ProducerSettings settings, Connections connections, LeaderCache leaders) {
    this.settings = settings;
    this.connections = connections;
    this.lookups = new TopicLookups(leaders, this::post);
  }

  /** Says which thread calls {@link #turn} from now on. */
  void runOn(Thread owner) {
    thread = owner;
  }

  /** Any thread: a partition that will have records. */
  void add(PartitionSender partition) {
    partitions.add(partition);
  }

  /** Any thread: there is something to send. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Any thread: batches are sent without lingering until as many calls end it. */
  void beginFlush() {
    flushing.incrementAndGet();
    wake();
  }

  /** Any thread. */
  void endFlush() {
    flushing.decrementAndGet();
  }

  private void post(SenderEvent event) {
    mailbox.add(event);
    wake();
  }

  /**
   * Takes what was heard, and sends what can be sent.
   *
   * @return how long there is nothing to do unless woken, in nanoseconds
   */
  long turn(long now) {
    for (SenderEvent event = mailbox.poll(); event != null; event = mailbox.poll()) {
      take(event, now);
    }
    long idleNanos = abandonSilent(now);
    long lingerNanos =
        flushing.get() > 0 ? AT_ONCE : TimeUnit.MILLISECONDS.toNanos(settings.lingerMs());
    int count = partitions.size();
    for (int i = 0; i < count; i++) {
      PartitionSender partition = partitions.get((firstToServe + i) % count);
      idleNanos = Math.min(idleNanos, expire(partition, now));
      if (partition.sendableInNanos(now, lingerNanos) <= 0) {
        send(partition, now, lingerNanos);
      }
      // what could not be sent although it is time waits for an event: an answer, or a leader
      long againNanos = partition.sendableInNanos(now, lingerNanos);
      idleNanos = againNanos > 0 ? Math.min(idleNanos, againNanos) : idleNanos;
    }
    firstToServe = count == 0 ? 0 : (firstToServe + 1) % count;
    return idleNanos;
  }

  private void take(SenderEvent event, long now) {
    switch (event) {
      case SenderEvent.Answered(var link, var answer) -> takeAnswer(link, answer, now);
      case SenderEvent.Broken(var link, var why) ->
          // A word about the message that ended a stream is none about those before it.
          drop(
              link,
              Failures.of(why, link.address().toString()).perhapsStored("of what was sent before"),
              now);
      case SenderEvent.LeadersKnown(var leaders) -> lookups.known(leaders.topic());
      case SenderEvent.LeadersUnknown(var topic, var why) -> {
        lookups.known(topic);
        takeNoLeaders(topic, why, now);
      }
    }
  }

  private void takeAnswer(ProduceLink link, ProduceResponse answer, long now) {
    ProduceAttempt attempt = link.answered(answer.getCorrelationId());
    if (attempt == null) {
      // from a stream that was given up, or from a broker that answers out of turn
      drop(
          link,
          ClientReason.NOT_A_BROKER.failure(link.address() + " answered what was not asked"),
          now);
      return;
    }
    PartitionSender partition = attempt.sender();
    if (answer.hasError()) {
      fail(attempt, Failures.of(answer.getError()), now);
    } else if (answer.getAcksCount() != 1
        || answer.getAcks(0).getPartition() != partition.partition().partition()) {
      fail(
          attempt,
          ClientReason.NOT_A_BROKER.failure(
              link.address() + " did not say how " + partition.partition() + " was written"),
          now);
    } else {
      PartitionAck ack = answer.getAcks(0);
      if (ack.hasError()) {
        fail(attempt, Failures.of(ack.getError()), now);
      } else {
        partition.succeeded(attempt.batches(), ack.getBaseOffset());
      }
    }
  }

  private void fail(ProduceAttempt attempt, MilenaException failure, long now) {
    PartitionSender partition = attempt.sender();
    TopicPartition where = partition.partition();
    boolean unknown =
        failure.reason().startsWith("UNKNOWN_") && failure.status().equals("NOT_FOUND");
    boolean stale = Retry.elsewhere(failure) || failure.reason().equals("LEADER_NOT_AVAILABLE");
    boolean hinted = Retry.elsewhere(failure) && lookups.hint(where, failure);
    // who leads no more says of what waits that it timed out, and is on its way out perhaps
    boolean perhapsMoved = failure.reason().equals(ClientReason.TIMED_OUT.name());
    if ((stale && !hinted) || unknown || perhapsMoved) {
      lookups.doubt(where.topic());
    }
    if (failure.retriable() || (unknown && !partition.unknownAgain())) {
      partition.retryLater(attempt.batches(), failure, stale || unknown, now);
    } else {
      partition.refused(attempt.batches(), failure, now);
    }
  }

  /** Nobody knows what became of the requests of a stream that broke. */
  private void drop(ProduceLink link, MilenaException failure, long now) {
    links.remove(link.address().toString(), link);
    for (PartitionSender partition : partitions) {
      // also where nothing was under way: who ended the stream may be about to end
      if (lookups.isThoughtLedAt(partition.partition(), link.address())) {
        lookups.doubt(partition.partition().topic());
      }
    }
    for (ProduceAttempt attempt : link.abandon(failure.reason())) {
      PartitionSender partition = attempt.sender();
      if (BrokenStream.isAboutSize(failure, attempt.sizeInBytes())) {
        partition.refused(
            attempt.batches(),
            ClientReason.RECORD_TOO_LARGE.failure(
                link.address()
                    + " takes no request of "
                    + attempt.sizeInBytes()
                    + " bytes ("
                    + failure.getMessage()
                    + ")"),
            now);
      } else if (BrokenStream.isWorthAnother(failure)) {
        partition.retryLater(attempt.batches(), failure, false, now);
      } else {
        partition.refused(attempt.batches(), failure, now);
      }
    }
  }

  private void takeNoLeaders(String topic, MilenaException why, long now) {
    for (PartitionSender partition : partitions) {
      if (partition.partition().topic().equals(topic) && !partition.underWay()) {
        if (why.retriable()) {
          lookups.doubt(topic);
          partition.holdOff(why, now);
        } else {
          partition.failWaiting(why);
        }
      }
    }
  }

  private long abandonSilent(long now) {
    long soonest = Long.MAX_VALUE;
    for (ProduceLink link : new ArrayList<>(links.values())) {
      long inNanos = link.givesUpInNanos(now);
      if (inNanos <= 0) {
        drop(
            link,
            ClientReason.TIMED_OUT.failure(link.address() + " did not answer a write in time"),
            now);
      } else {
        soonest = Math.min(soonest, inNanos);
      }
    }
    return soonest;
  }

  /** Fails what waited too long; says when the next will have. */
  private long expire(PartitionSender partition, long now) {
    long limitNanos = TimeUnit.MILLISECONDS.toNanos(settings.timing().deliveryTimeoutMs());
    BatchGatherer gatherer = partition.gatherer();
    long inNanos = gatherer.oldestReachesInNanos(now, limitNanos);
    if (inNanos > 0) {
      return inNanos;
    }
    partition.giveUp(
        gatherer.takeOlderThan(now - limitNanos + 1),
        ClientReason.DELIVERY_TIMED_OUT,
        "a record for "
            + partition.partition()
            + " was not acknowledged within "
            + settings.timing().deliveryTimeoutMs()
            + " ms");
    return gatherer.oldestReachesInNanos(now, limitNanos);
  }

  private void send(PartitionSender partition, long now, long lingerNanos) {
    TopicPartition where = partition.partition();
    Optional<Optional<HostPort>> found = lookups.leader(where);
    if (found.isEmpty()) {
      return;
    }
    Optional<HostPort> leader = found.get();
    if (leader.isEmpty()) {
      lookups.doubt(where.topic());
      partition.holdOff(
          new MilenaException(
              "LEADER_NOT_AVAILABLE", "UNAVAILABLE", where + " has no leader", Map.of()),
          now);
      return;
    }
    ProduceLink link =
        links.computeIfAbsent(
            leader.get().toString(),
            key -> new ProduceLink(leader.get(), connections.to(leader.get()), this::post));
    if (!link.hasRoom()) {
      return;
    }
    List<SendBatch> batches = partition.gatherer().take(now, lingerNanos, settings.requestBytes());
    if (!batches.isEmpty()) {
      send(partition, link, batches, now);
    }
  }

  private void send(
      PartitionSender partition, ProduceLink link, List<SendBatch> batches, long now) {
    long deliverNanos =
        TimeUnit.MILLISECONDS.toNanos(settings.timing().deliveryTimeoutMs())
            - (now - batches.getFirst().createdNanos());
    long timeoutNanos =
        Math.min(
            TimeUnit.MILLISECONDS.toNanos(settings.timing().requestTimeoutMs()),
            Math.max(TimeUnit.MILLISECONDS.toNanos(1), deliverNanos));
    ProduceAttempt attempt =
        new ProduceAttempt(partition, batches, ++correlation, now + timeoutNanos + GRACE_NANOS);
    batches.forEach(batch -> batch.markSent(attempt.correlationId()));
    partition.started(batches);
    link.send(attempt, request(attempt, (int) TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
  }

  private ProduceRequest request(ProduceAttempt attempt, int timeoutMs) {
    TopicPartition where = attempt.sender().partition();
    // a view: gRPC copies the bytes into its own frame, and nobody changes them until the answer
    var bytes = UnsafeByteOperations.unsafeWrap(ByteBuffer.allocate(0));
    for (SendBatch batch : attempt.batches()) {
      bytes = bytes.concat(UnsafeByteOperations.unsafeWrap(batch.bytes()));
    }
    return ProduceRequest.newBuilder()
        .setTopic(where.topic())
        .setPartition(where.partition())
        .setBatches(bytes)
        .setAcks(settings.acks().onTheWire())
        .setTimeoutMs(Math.max(1, timeoutMs))
        .setCorrelationId(attempt.correlationId())
        .build();
  }

  /** The end: whoever still waits is told so. */
  void failAll(ClientReason reason, String why) {
    for (ProduceLink link : links.values()) {
      if (link.isIdle()) {
        link.finish();
      } else {
        fail(link.abandon(why), reason, why);
      }
    }
    links.clear();
    for (PartitionSender partition : partitions) {
      partition.giveUp(partition.gatherer().takeAll(), reason, why);
    }
  }

  private static void fail(List<ProduceAttempt> attempts, ClientReason reason, String why) {
    for (ProduceAttempt attempt : attempts) {
      attempt.batches().forEach(batch -> batch.giveUp(reason, why));
    }
  }

  /** Any thread, after the end: what came too late is told so as well. */
  static void failLeftovers(BatchGatherer gatherer, ClientReason reason, String why) {
    gatherer.takeAll().forEach(batch -> batch.giveUp(reason, why));
  }
}
