package dev.milena.quorum.ratis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One question to the quorum for many readers: those who come while one is under way share the
 * next, since an answer only tells of what was agreed before its question.
 */
final class ReadBarrier {
  /** Readers that wait at once; more are turned away. */
  static final int MAX_READERS = 10_000;

  private final Supplier<CompletableFuture<QuorumCall.End>> question;
  private List<CompletableFuture<QuorumCall.End>> waiting = new ArrayList<>();
  private boolean underWay;

  /**
   * @param question asks once, within a time of its own
   */
  ReadBarrier(Supplier<CompletableFuture<QuorumCall.End>> question) {
    this.question = question;
  }

  /** The answer to a question that is asked after this call. */
  CompletableFuture<QuorumCall.End> await() {
    CompletableFuture<QuorumCall.End> reader = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.size() >= MAX_READERS) {
        reader.complete(
            new QuorumCall.End.GaveUp(MAX_READERS + " readers wait for the quorum already", false));
        return reader;
      }
      waiting.add(reader);
      if (underWay) {
        return reader;
      }
      underWay = true;
    }
    ask();
    return reader;
  }

  private void ask() {
    List<CompletableFuture<QuorumCall.End>> readers;
    synchronized (this) {
      readers = waiting;
      waiting = new ArrayList<>();
    }
    var _ =
        question
            .get()
            .whenComplete((end, failure) -> {
              QuorumCall.End known =
                  failure == null ? end : new QuorumCall.End.GaveUp(failure.toString(), false);
              readers.forEach(reader -> reader.complete(known));
              next();
            });
  }

  private void next() {
    synchronized (this) {
      if (waiting.isEmpty()) {
        underWay = false;
        return;
      }
    }
    ask();
  }
}
