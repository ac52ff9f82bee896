package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.SampleBatches;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients of a replica are told that other brokers hold now. */
class MovedReplicaTest extends ThreeBrokers {
  MovedReplicaTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 1, 1, 2);
    write(1, SampleBatches.of(clock.wallMs(), "one"));
    pass(1_000);
  }

  private PartitionId id() {
    return new PartitionId(quorum.image().topic(LOGS.topic()).orElseThrow().id(), LOGS.partition());
  }

  private void moveTo(Integer... brokers) {
    accept(
        new MetadataCommand.ReassignPartitions(
            List.of(new PartitionMove(id(), new PartitionMove.Aim.Target(List.of(brokers))))));
    pass(5_000);
  }

  @Test
  void whoWaitsForRecordsOfALeaderThatMovesAwayIsToldToAskAgain() {
    Answer<FetchOutcome> answer = new Answer<>();
    broker(1)
        .core()
        .fetch(
            new FetchCall(
                CALLER,
                LOGS,
                new FetchStart.AtOffset(1),
                FetchCall.FetchForm.BATCHES,
                new FetchCall.Bounds(1, 1 << 20, 30_000)),
            answer);
    settle();

    moveTo(2, 3);

    assertEquals(List.of(2, 3), row().replicas());
    assertEquals(
        ErrorKind.LEADER_NOT_AVAILABLE,
        assertInstanceOf(FetchOutcome.FetchRefused.class, answer.get()).refusal().kind());
  }
}
