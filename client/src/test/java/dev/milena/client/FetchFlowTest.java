package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.connection.Connections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FetchFlowTest {
  private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Gives a flow what it waits for until it reads. */
  private static void startReading(FetchFlow flow, BlockingQueue<FetchEvent> events)
      throws InterruptedException {
    flow.act(System.nanoTime());
    while (!flow.isReading()) {
      FetchEvent event = events.take();
      FetchEvent.LookedUp looked = assertInstanceOf(FetchEvent.LookedUp.class, event);
      flow.lookedUp(looked.failure(), System.nanoTime());
      flow.act(System.nanoTime());
    }
  }

  @Test
  void aStreamIsGivenUpWhenTheBrokerIsSilentButNotWhenTheReaderIs() throws Exception {
    TopicPartition where = new TopicPartition("t", 0);
    ClientSettings settings;
    BlockingQueue<FetchEvent> events = new LinkedBlockingQueue<>();
    try (FakeCluster cluster = new FakeCluster(1);
        Connections connections = new Connections("test", 5000)) {
      cluster.createTopic("t", 1);
      settings = ClientSettings.of(cluster.bootstrap());
      LeaderCache leaders = new LeaderCache(new Admin(new BrokerCalls(settings, connections)));
      FetchFlow flow =
          new FetchFlow(
              where,
              new StartAt.Earliest(),
              ConsumerSettings.defaults().withMaxWaitMs(1),
              connections::to,
              leaders,
              events::add);
      startReading(flow, events);

      // the broker says every millisecond that there is nothing; the reader takes an hour
      FetchEvent.Answered answered = (FetchEvent.Answered) events.take();
      flow.act(System.nanoTime() + HOUR_NANOS);
      assertTrue(flow.isReading());

      // what the broker sent before it stopped is taken; then it is the broker's turn
      cluster.answersAStream = 2;
      flow.take(answered.answer(), System.nanoTime());
      FetchEvent event = events.take();
      while (event instanceof FetchEvent.Answered(var _, var _, var answer)) {
        flow.take(answer, System.nanoTime());
        event = events.take();
      }
      assertTrue(event instanceof FetchEvent.Broken, event.toString());
      flow.act(System.nanoTime() + HOUR_NANOS);
      assertFalse(flow.isReading());
    }
  }
}
