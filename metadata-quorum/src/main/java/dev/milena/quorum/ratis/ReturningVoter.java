package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.ReturnFacts;
import dev.milena.quorum.ratis.formation.ReturnRules;
import dev.milena.quorum.ratis.formation.ReturnStep;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterTraces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A voter that comes back with a log asks the others how far it had been, until {@link ReturnRules}
 * says that it may open the log. The membership's thread.
 */
final class ReturningVoter {
  private static final Logger log = LoggerFactory.getLogger(ReturningVoter.class);
  private static final long ASK_AGAIN_MS = 100;
  private static final long LOOK_MS = 20;

  private final Supplier<Introduction> self;
  private final Disk disk;
  private final List<Voter> named;
  private final Executor blocking;
  private Map<Voter, Formation> told = Map.of();
  private ReturnFacts facts;
  private OptionalLong enoughSinceMs = OptionalLong.empty();
  private final Reminder reminder = new Reminder();

  /**
   * @param self what this node is and knows of a quorum, at any time
   * @param disk what lies on the disk
   * @param named in the settings; they may have moved since the log was written
   * @param blocking runs what waits for the network
   */
  ReturningVoter(Supplier<Introduction> self, Disk disk, List<Voter> named, Executor blocking) {
    this.self = self;
    this.disk = disk;
    this.named = named;
    this.blocking = blocking;
    facts = facts(self.get(), Map.of(), ReturnFacts.Waited.NOTHING);
  }

  /**
   * What a voter that comes back finds.
   *
   * @param traces of who votes
   * @param noted how far its log was, as it noted itself
   */
  record Disk(VoterTraces traces, Optional<LastEntry> noted) {}

  /** Opens the log; blocks while it does. */
  interface Opening {
    /** With what the rules say that it must reach. */
    void open(List<LastEntry> mustReach) throws IOException, InterruptedException;
  }

  /**
   * Asks once on the membership's thread, opens the log if that is enough, and waits for it; else
   * goes on there.
   *
   * @param failed told when the log could not be opened later
   * @throws IOException when it could not be opened at once
   */
  void begin(
      Opening opening, ScheduledExecutorService thread, BiConsumer<String, IOException> failed)
      throws IOException {
    CompletableFuture<Void> first = new CompletableFuture<>();
    thread.execute(() -> first(first, opening, thread, failed));
    try {
      first.get(LocalPeer.OPENING_MS + Questions.ROUND_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException cause ? cause : new IOException(failure);
    } catch (TimeoutException late) {
      throw new IOException("the quorum's log is still being opened", late);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while the other voters were asked");
      interrupted.initCause(stopping);
      throw interrupted;
    }
  }

  private void first(
      CompletableFuture<Void> done,
      Opening opening,
      ScheduledExecutorService thread,
      BiConsumer<String, IOException> failed) {
    try {
      attempt(opening, thread, failed);
      done.complete(null);
    } catch (IOException | InterruptedException failure) {
      done.completeExceptionally(failure);
    } finally {
      // whoever starts must not wait for what has thrown something else
      done.completeExceptionally(new IllegalStateException("the log says why"));
    }
  }

  private void attempt(
      Opening opening, ScheduledExecutorService thread, BiConsumer<String, IOException> failed)
      throws IOException, InterruptedException {
    ReturnStep step = round();
    say(step);
    switch (step) {
      case ReturnStep.Open(List<LastEntry> mustReach) -> opening.open(mustReach);
      case ReturnStep.Wait _ -> {
        var _ =
            thread.schedule(
                () -> again(opening, thread, failed), ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void again(
      Opening opening, ScheduledExecutorService thread, BiConsumer<String, IOException> failed) {
    try {
      attempt(opening, thread, failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      failed.accept("the quorum's log could not be opened: " + failure.getMessage(), failure);
    }
  }

  /**
   * Asks everybody once; takes {@value Questions#ROUND_MS} ms at most, and no longer than until the
   * rules are content.
   */
  private ReturnStep round() throws InterruptedException {
    Introduction now = self.get();
    Questions questions =
        new Questions(
            ReturnRules.toAsk(facts),
            IntroductionRequest.reached(now.clusterId(), now.peer()),
            blocking);
    ReturnStep step = look(now, questions);
    // where a leader answers the rest is waited for so shortly that nobody need be asked again
    while (step instanceof ReturnStep.Wait
        && !questions.isOver()
        && (!questions.allCame() || isToSettle())) {
      questions.awaitOne(LOOK_MS);
      step = look(now, questions);
    }
    if (!ReturnRules.isEnough(facts)) {
      enoughSinceMs = OptionalLong.empty();
    }
    return step;
  }

  private boolean isToSettle() {
    return ReturnRules.isEnough(facts)
        && facts.waited().enoughForMs() <= ReturnRules.LEADER_LATE_MS;
  }

  private ReturnStep look(Introduction now, Questions questions) {
    long forRoundMs = questions.ageMs();
    Map<Voter, Answer> answers = questions.answers();
    facts = facts(now, answers, new ReturnFacts.Waited(forRoundMs, 0));
    if (ReturnRules.isEnough(facts)) {
      long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
      long sinceMs = enoughSinceMs.orElse(nowMs);
      enoughSinceMs = OptionalLong.of(sinceMs);
      facts = facts(now, answers, new ReturnFacts.Waited(forRoundMs, nowMs - sinceMs));
    }
    told = ReturnRules.told(facts);
    return ReturnRules.decide(facts);
  }

  private ReturnFacts facts(
      Introduction now, Map<Voter, Answer> answers, ReturnFacts.Waited waited) {
    return new ReturnFacts(now, disk.traces(), named, disk.noted(), told, answers, waited);
  }

  /** Who is waited for: at once, then every 10 s. */
  private void say(ReturnStep step) {
    switch (step) {
      case ReturnStep.Open(List<LastEntry> mustReach) ->
          log.atInfo()
              .addKeyValue("mustReach", mustReach)
              .addKeyValue("answered", facts.answers().keySet())
              .log(
                  mustReach.isEmpty()
                      ? "no voter that answered knows how far this one's log had been"
                      : "it is known how far this voter's log had been");
      case ReturnStep.Wait(List<String> waitingFor) -> {
        if (reminder.isDue()) {
          log.atInfo()
              .addKeyValue("waitingFor", waitingFor)
              .log(
                  "this voter asks the others how far its log had been before it opens it; a"
                      + " majority must answer");
        }
      }
    }
  }
}
