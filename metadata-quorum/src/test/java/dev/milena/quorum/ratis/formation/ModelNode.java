package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A node of {@link FormationModelTest}: its folder, which outlives it, and its memory, which does
 * not. Every write to the folder is a step of its own, so that a kill comes between any two.
 */
final class ModelNode {
  final int id;
  private final List<Voter> voters;
  private final TreeMap<Integer, Answer> answers = new TreeMap<>();
  private int directory = 1;
  private Optional<Formation> formation = Optional.empty();
  private boolean hasLog;
  private boolean wasOpened;
  private boolean running;
  private Next next = new Next.Nothing();

  /** What it will do when it is its turn again. */
  private sealed interface Next {
    record Nothing() implements Next {}

    record AskAndDecide() implements Next {}

    record Write(Formation formation) implements Next {}

    record Open() implements Next {}

    record Mark() implements Next {}
  }

  ModelNode(int id, List<Voter> voters) {
    this.id = id;
    this.voters = voters;
  }

  PeerName name() {
    return Nodes.name(id, directory);
  }

  /** The formation it started a log with, or would; under its present name. */
  Optional<Formation> opened() {
    return hasLog ? formation : Optional.empty();
  }

  boolean isRunning() {
    return running;
  }

  boolean isSettled() {
    return running && next instanceof Next.Nothing;
  }

  boolean isStranger() {
    return formation.filter(known -> !known.contains(name())).isPresent();
  }

  void kill() {
    running = false;
    answers.clear();
    next = new Next.Nothing();
  }

  void empty() {
    kill();
    directory++;
    formation = Optional.empty();
    hasLog = false;
    wasOpened = false;
  }

  void start() {
    running = true;
    StartFacts.Disk disk = new StartFacts.Disk(hasLog, wasOpened, formation, Optional.empty());
    next =
        switch (StartRules.decide(new StartFacts(name(), voters, disk))) {
          case StartStep.Open open -> hasLog ? new Next.Mark() : new Next.Open();
          case StartStep.Form form -> new Next.Write(form.formation());
          case StartStep.Ask ask -> new Next.AskAndDecide();
          case StartStep.Stranger stranger -> new Next.Nothing();
          case StartStep.Refuse refuse -> throw new AssertionError(refuse.why());
          case StartStep.Lost lost -> throw new AssertionError(lost.why());
        };
  }

  private Answer answer(ModelNode caller) {
    if (!running) {
      return new Answer.Silent("down");
    }
    return new Answer.Introduced(
        FormationRules.answer(
            new Introduction(Nodes.CLUSTER, name(), formation),
            new IntroductionRequest(Nodes.CLUSTER, caller.name(), Optional.empty())));
  }

  /** One step: asks one of the others, decides by what it has heard, or writes one thing. */
  void step(List<ModelNode> all, SplittableRandom random) {
    switch (next) {
      case Next.Nothing nothing -> {
        // settled
      }
      case Next.AskAndDecide ask -> {
        ModelNode other = all.get(random.nextInt(all.size()));
        if (other != this && random.nextInt(4) != 0) {
          answers.put(other.id, other.answer(this));
        } else {
          decide();
        }
      }
      case Next.Write(Formation decided) -> {
        formation = Optional.of(decided);
        next = isStranger() ? new Next.Nothing() : new Next.Open();
      }
      case Next.Open open -> {
        hasLog = true;
        next = new Next.Mark();
      }
      case Next.Mark mark -> {
        wasOpened = true;
        next = new Next.Nothing();
      }
    }
  }

  private void decide() {
    Introduction self = new Introduction(Nodes.CLUSTER, name(), Optional.empty());
    switch (FormationRules.decide(self, voters, answers)) {
      case FormationStep.Form(Formation formed) -> next = new Next.Write(formed);
      case FormationStep.Adopt(Formation formed) -> next = new Next.Write(formed);
      case FormationStep.Stranger(Formation formed) -> next = new Next.Write(formed);
      case FormationStep.Wait wait -> answers.clear();
      case FormationStep.Refuse refuse -> throw new AssertionError(refuse.why());
    }
  }

  @Override
  public String toString() {
    return "%s %s formation=%s log=%s marked=%s next=%s"
        .formatted(name(), running ? "up" : "down", formation, hasLog, wasOpened, next);
  }
}
