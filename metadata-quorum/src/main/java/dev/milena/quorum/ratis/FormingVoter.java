package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationRules;
import dev.milena.quorum.ratis.formation.FormationStep;
import dev.milena.quorum.ratis.formation.Introduction;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A voter without a log asks the others that the settings name, until {@link FormationRules} says
 * what it is. The membership's thread.
 */
final class FormingVoter {
  private static final long ASK_AGAIN_MS = 300;

  private final QuorumSettings settings;
  private final Supplier<Introduction> self;
  private final Outcomes outcomes;
  private final NamedVoters named;

  /**
   * @param self what this node is and knows of a quorum, at any time
   * @param blocking runs what waits for the network
   */
  FormingVoter(
      QuorumSettings settings, Supplier<Introduction> self, Outcomes outcomes, Executor blocking) {
    this.settings = settings;
    this.self = self;
    this.outcomes = outcomes;
    named = new NamedVoters(settings.nodeId(), settings.voters(), blocking);
  }

  /**
   * What it may come to.
   *
   * @param open whether it is to be found out still: a leader may have taken this node in meanwhile
   * @param vote opens the log of a quorum of these
   * @param follow others are the voters
   * @param refuse says why this node cannot go on
   */
  record Outcomes(BooleanSupplier open, Vote vote, Follow follow, Consumer<String> refuse) {}

  /** Opens the log; blocks while it does. */
  interface Vote {
    /** With what to say of it. */
    void begin(Formation voters, String what) throws IOException, InterruptedException;
  }

  /** Goes on without a vote. */
  interface Follow {
    /** These vote. */
    void begin(Formation voters) throws IOException;
  }

  /**
   * Asks on this thread from now on.
   *
   * @param failed told when the folder could not be written, or the log not be opened
   */
  void begin(ScheduledExecutorService thread, BiConsumer<String, IOException> failed) {
    thread.execute(() -> round(thread, failed));
  }

  /** Asks everybody once, and does what follows from it. */
  private void round(ScheduledExecutorService thread, BiConsumer<String, IOException> failed) {
    if (!outcomes.open().getAsBoolean()) {
      return;
    }
    try {
      Introduction now = self.get();
      FormationStep step = FormationRules.decide(now, settings.voters(), named.ask(now));
      perform(step, thread, failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      failed.accept("the quorum could not be formed: check " + settings.folder(), failure);
    }
  }

  private void perform(
      FormationStep step, ScheduledExecutorService thread, BiConsumer<String, IOException> failed)
      throws IOException, InterruptedException {
    switch (step) {
      case FormationStep.Form(Formation formation) ->
          outcomes.vote().begin(formation, "formed the quorum");
      case FormationStep.Adopt(Formation formation) ->
          outcomes.vote().begin(formation, "takes part in the quorum");
      case FormationStep.Stranger(Formation formation) -> outcomes.follow().begin(formation);
      case FormationStep.Wait(List<String> waitingFor) -> {
        named.say(waitingFor);
        var _ = thread.schedule(() -> round(thread, failed), ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
      }
      case FormationStep.Refuse(String why) -> outcomes.refuse().accept(why);
    }
  }
}
