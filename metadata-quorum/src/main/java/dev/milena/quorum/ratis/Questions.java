package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One round of questions to voters, all at once; answers come in the order in which they are given,
 * and one that was not answered in {@value Membership#ASK_MS} ms is silent. One thread asks.
 */
final class Questions {
  /** How long a round takes at most, in milliseconds: a name may be looked up for long. */
  static final long ROUND_MS = 2 * Membership.ASK_MS;

  private final LinkedBlockingQueue<Answered> arrived = new LinkedBlockingQueue<>();
  private final Map<Voter, Answer> answers = new HashMap<>();
  private final int asked;
  private final long beganNanos = System.nanoTime();
  private final long endNanos = beganNanos + TimeUnit.MILLISECONDS.toNanos(ROUND_MS);

  private record Answered(Voter voter, Answer answer) {}

  /**
   * Asks.
   *
   * @param blocking runs what waits for the network
   */
  Questions(Collection<Voter> voters, IntroductionRequest request, Executor blocking) {
    asked = voters.size();
    for (Voter voter : voters) {
      blocking.execute(() ->
          arrived.add(
              new Answered(
                  voter,
                  IntroductionCall.ask(voter.host(), voter.port(), request, Membership.ASK_MS))));
    }
  }

  /** What has come; one that is late is missing. */
  Map<Voter, Answer> answers() {
    return Map.copyOf(answers);
  }

  /** Whether everybody has answered, or is silent. */
  boolean allCame() {
    return answers.size() == asked;
  }

  /** For how long the round has lasted, in milliseconds. */
  long ageMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
  }

  /** Whether the round has lasted long enough. */
  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /**
   * Waits for one more answer.
   *
   * @param atMostMs not beyond the end of the round
   */
  void awaitOne(long atMostMs) throws InterruptedException {
    long left = endNanos - System.nanoTime();
    long nanos = Math.min(left, TimeUnit.MILLISECONDS.toNanos(atMostMs));
    @Nullable Answered next = arrived.poll(nanos, TimeUnit.NANOSECONDS);
    if (next != null) {
      answers.put(next.voter(), next.answer());
    }
  }

  /** Waits for all. */
  Map<Voter, Answer> awaitAll() throws InterruptedException {
    while (!allCame() && !isOver()) {
      awaitOne(ROUND_MS);
    }
    return answers();
  }
}
