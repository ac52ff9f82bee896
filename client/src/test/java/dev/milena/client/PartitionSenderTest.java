package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.connection.Connections;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When what failed is tried again; nothing is sent. */
class PartitionSenderTest {
  private static final TopicPartition WHERE = new TopicPartition("t", 0);
  private final MilenaException notLeader =
      new MilenaException("NOT_LEADER", "FAILED_PRECONDITION", "broker 2 leads", Map.of());

  private final Connections connections = new Connections("test", 5_000);
  private final PartitionSender sender =
      new PartitionSender(
          new BatchGatherer(WHERE),
          new ProducerNumber(new BrokerCalls(ClientSettings.of("127.0.0.1:1"), connections), false),
          0);

  @AfterEach
  void close() {
    connections.close();
  }

  /** Sends what waits, fails at once, and answers when it is sent again. */
  private long pauseMs(long now) {
    List<SendBatch> sent = sender.gatherer().take(now, 0, 1 << 20);
    if (sent.isEmpty()) {
      SendBatch.Waiting waiting = new SendBatch.Waiting.Records(List.of());
      sent = List.of(new SendBatch(WHERE, ByteBuffer.allocate(0), waiting, now, _ -> {}));
    }
    sender.started(sent);
    sender.retryLater(sent, notLeader, true, now);
    return TimeUnit.NANOSECONDS.toMillis(sender.sendableInNanos(now, 0));
  }

  @Test
  void brokersThatNameEachOtherAreAskedAgainAfterAMoment() {
    for (int hint = 0; hint < 3; hint++) {
      assertTrue(pauseMs(0) <= 0, "a hint is followed at once");
    }

    assertEquals(50, pauseMs(0), "the first pause");
  }

  /** Otherwise what was away for a moment is met again long after it came back. */
  @Test
  void pausesGrowNoFasterThanTheTimeThatHasPassed() {
    long passed = 50;
    for (int attempt = 2; attempt < 30; attempt++) {
      long ms = TimeUnit.NANOSECONDS.toMillis(Retry.backoffNanos(attempt, new TreeMap<>()));
      assertTrue(ms <= passed || attempt < 4, "pause %s after %s ms".formatted(ms, passed));
      assertTrue(attempt < 7 || 2 * ms <= passed, "pause %s after %s ms".formatted(ms, passed));
      passed += ms;
    }
    assertEquals(1_000, TimeUnit.NANOSECONDS.toMillis(Retry.backoffNanos(30, new TreeMap<>())));
  }
}
