package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.proto.v1.StoredRecord;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One writer for each partition of a topic, who appends records with acks=all, one after the other,
 * at the node that leads it, until that is gone. Nothing is sent twice; each record has bytes of
 * its own.
 */
final class RecordLoad {
  private static final int MOST_BYTES = 2_000;

  private final String topic;
  private final AtomicBoolean mayFail = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Map<Integer, Ledger> ledgers = new TreeMap<>();
  private final Writers writers = new Writers();

  private RecordLoad(String topic) {
    this.topic = topic;
  }

  /** What a writer knows: what it sent, in order, and where of that what is. */
  private static final class Ledger {
    private final List<ByteString> sent = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListMap<Long, ByteString> acknowledged =
        new ConcurrentSkipListMap<>();
  }

  /**
   * Begins.
   *
   * @param leaders the address of each partition's leader, by the partition
   */
  static RecordLoad start(String topic, Map<Integer, String> leaders, SplittableRandom random) {
    RecordLoad load = new RecordLoad(topic);
    leaders.forEach((partition, address) -> {
      Ledger ledger = new Ledger();
      SplittableRandom own = random.split();
      load.ledgers.put(partition, ledger);
      load.writers.start("records-" + partition, () -> load.write(partition, address, ledger, own));
    });
    return load;
  }

  private void write(int partition, String address, Ledger ledger, SplittableRandom random) {
    ManagedChannel channel = Records.connection(address);
    try {
      boolean gone = false;
      while (!over.get() && !gone) {
        gone = !append(channel, partition, ledger, random);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /** Whether the node is there yet; that it is not is a failure, unless it may be. */
  private boolean append(
      ManagedChannel channel, int partition, Ledger ledger, SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(MOST_BYTES)];
    random.nextBytes(noise);
    ByteString value =
        ByteString.copyFromUtf8("%s:%s:".formatted(partition, ledger.sent.size()))
            .concat(ByteString.copyFrom(noise));
    ledger.sent.add(value);
    try {
      ledger.acknowledged.put(Records.append(channel, topic, partition, value), value);
      return true;
    } catch (StatusRuntimeException failed) {
      if (!mayFail.get()) {
        throw failed;
      }
      return false;
    }
  }

  /** How many records were acknowledged in the partition that has the fewest of them. */
  int fewestAcknowledged() {
    writers.assertNoneFailed();
    return ledgers.values().stream().mapToInt(one -> one.acknowledged.size()).min().orElseThrow();
  }

  /** From now on nodes may be gone; a writer whose node is ends. */
  void mayFail() {
    mayFail.set(true);
  }

  /** Ends it soon. */
  void abandon() {
    over.set(true);
  }

  /** Ends it; fails when a writer failed. */
  void stop() throws InterruptedException {
    over.set(true);
    writers.join();
  }

  /**
   * What the leader of a partition shows is what was sent, in that order, each once at most,
   * without a gap in the offsets; and all that was acknowledged is there, at its offset.
   *
   * @return how many records there are
   */
  long assertStored(String address, int partition) throws InterruptedException {
    Ledger ledger = Optional.ofNullable(ledgers.get(partition)).orElseThrow();
    List<StoredRecord> stored = Records.all(address, topic, partition);
    int next = 0;
    for (int offset = 0; offset < stored.size(); offset++) {
      StoredRecord record = stored.get(offset);
      assertEquals(offset, record.getOffset(), "offsets are dense");
      while (next < ledger.sent.size() && !ledger.sent.get(next).equals(record.getValue())) {
        next++;
      }
      assertTrue(
          next < ledger.sent.size(), "nobody sent what is at %s, or before".formatted(offset));
      next++;
    }
    ledger.acknowledged.forEach((offset, value) -> {
      assertTrue(offset < stored.size(), () -> "acknowledged at " + offset + " and lost");
      assertEquals(
          value, stored.get(Math.toIntExact(offset)).getValue(), "acknowledged at " + offset);
    });
    System.out.printf(
        "%s-%s: %s sent, %s acknowledged, %s stored%n",
        topic, partition, ledger.sent.size(), ledger.acknowledged.size(), stored.size());
    return stored.size();
  }
}
