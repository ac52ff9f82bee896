package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that stops ends the streams of producers. */
@Timeout(60)
class EndedStreamTest {
  private static OutgoingRecord to(String topic) {
    return OutgoingRecord.of(topic, StandardCharsets.UTF_8.encode("x")).to(0);
  }

  /** It may answer nothing any more. */
  @Test
  void itIsNotAskedAgainForAPartitionOfWhichNothingWasUnderWay() throws Exception {
    try (FakeCluster cluster = new FakeCluster(2);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.bootstrap()));
        Producer producer = client.producer(ProducerSettings.defaults())) {
      cluster.createTopic("idle", 1);
      cluster.createTopic("busy", 1);
      cluster.lead("idle", 0, 1);
      cluster.lead("busy", 0, 1);
      var _ = producer.send(to("idle")).get();
      cluster.silent = true;
      CompletableFuture<RecordPlace> underWay = producer.send(to("busy"));
      assertTrue(cluster.writes.poll(20, TimeUnit.SECONDS) != null);
      assertTrue(cluster.writes.poll(20, TimeUnit.SECONDS) != null);
      cluster.lead("idle", 0, 2);
      cluster.lead("busy", 0, 2);
      cluster.silent = false;
      cluster.endings.remove().run();
      var _ = underWay.get(20, TimeUnit.SECONDS);
      cluster.writes.clear();

      assertEquals(1, producer.send(to("idle")).get().offset());

      assertEquals(1, cluster.writes.size(), "the one that leads now was asked, and no other");
    }
  }
}
