package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadBarrierTest {
  private final List<CompletableFuture<QuorumCall.End>> questions = new ArrayList<>();
  private final ReadBarrier barrier =
      new ReadBarrier(() -> {
        CompletableFuture<QuorumCall.End> question = new CompletableFuture<>();
        questions.add(question);
        return question;
      });

  @Test
  void whoComesWhileAQuestionIsUnderWayGetsTheAnswerToTheNext() {
    CompletableFuture<QuorumCall.End> first = barrier.await();
    CompletableFuture<QuorumCall.End> second = barrier.await();
    CompletableFuture<QuorumCall.End> third = barrier.await();
    assertEquals(1, questions.size());

    questions.getFirst().complete(answer(7));

    assertEquals(answer(7), first.join());
    assertFalse(second.isDone(), "the first answer may be older than the second reader");
    assertEquals(2, questions.size());
    questions.get(1).complete(answer(9));
    assertEquals(answer(9), second.join());
    assertEquals(answer(9), third.join());
    assertEquals(2, questions.size());
  }

  @Test
  void aQuestionThatFailsIsToldAndTheNextOneIsAsked() {
    CompletableFuture<QuorumCall.End> first = barrier.await();
    questions.getFirst().completeExceptionally(new IllegalStateException("broken"));

    assertInstanceOf(QuorumCall.End.GaveUp.class, first.join());
    CompletableFuture<QuorumCall.End> second = barrier.await();
    questions.get(1).complete(answer(1));
    assertEquals(answer(1), second.join());
  }

  @Test
  void tooManyReadersAreTurnedAway() {
    var _ = barrier.await();
    for (int i = 0; i < ReadBarrier.MAX_READERS; i++) {
      assertFalse(barrier.await().isDone());
    }

    assertTrue(barrier.await().isDone());
  }

  private static QuorumCall.End answer(long index) {
    return new QuorumCall.End.Replied(index, ByteBuffer.allocate(0));
  }
}
