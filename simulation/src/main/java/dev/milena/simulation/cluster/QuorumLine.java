package dev.milena.simulation.cluster;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What one run of a broker and the quorum say to each other: it waits here until a step delivers
 * it. So a broker may know an old image, its commands may be decided long after it gave up waiting,
 * and the answer to a command may come before the image shows it, or never.
 */
final class QuorumLine implements QuorumGateway, MetadataView {
  private final StandInQuorum quorum;
  private final MetadataFollower ear = this::told;
  private final List<MetadataFollower> followers = new ArrayList<>();
  private final ArrayDeque<Runnable> toQuorum = new ArrayDeque<>();
  private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private ClusterImage image;
  private long index;
  private Optional<RunStanding> standing = Optional.empty();
  private Optional<ClusterTime> heard = Optional.empty();

  /** A change of the metadata on its way to the broker. */
  private record Step(long index, ImageDelta delta, ClusterImage image) {}

  /** Of a run that begins with what the quorum knows now. */
  QuorumLine(StandInQuorum quorum) {
    this.quorum = quorum;
    quorum.follow(ear);
    Step first = steps.removeFirst();
    this.image = first.image;
    this.index = first.index;
  }

  private void told(long at, ImageDelta delta, ClusterImage newer) {
    steps.add(new Step(at, delta, newer));
  }

  /** The run is over. What it has asked for may still be decided. */
  void end() {
    quorum.forget(ear);
    followers.clear();
    steps.clear();
    answers.clear();
  }

  /** What the run says of itself, once it does. */
  Optional<RunStanding> standing() {
    return standing;
  }

  /** A leader of the quorum has answered the broker. */
  void hears(ClusterTime time) {
    heard = Optional.of(time);
  }

  /** Has the quorum decide the oldest command on its way; false when there is none. */
  boolean deliverToQuorum() {
    return run(toQuorum);
  }

  /** Gives the broker the oldest answer; false when there is none. */
  boolean deliverAnswer() {
    return run(answers);
  }

  /** Tells the broker the oldest change of the metadata; false when there is none. */
  boolean deliverStep() {
    Step next = steps.pollFirst();
    if (next == null) {
      return false;
    }
    image = next.image;
    index = next.index;
    followers.forEach(one -> one.onApplied(next.index, next.delta, next.image));
    return true;
  }

  private static boolean run(ArrayDeque<Runnable> queue) {
    Runnable next = queue.pollFirst();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /** What is on its way is lost, but for the metadata, which is sent again. */
  void loseWords() {
    toQuorum.clear();
    answers.clear();
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    toQuorum.add(() -> {
      T given = question.get();
      answers.add(() -> answer.complete(given));
    });
    return answer;
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return ask(() -> quorum.decide(command));
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return ask(() -> new ReadAnswer.CaughtUp(quorum.appliedIndex()));
  }

  @Override
  public CompletionStage<Boolean> awaitSpread(long at, long timeoutMs) {
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public void announce(RunStanding now) {
    standing = Optional.of(now);
  }

  @Override
  public void acknowledge(long at) {
    // nobody waits for it: topics are made before the run begins
  }

  @Override
  public Optional<ClusterTime> clusterTime() {
    return heard;
  }

  @Override
  public MetadataView view() {
    return this;
  }

  @Override
  public ClusterImage image() {
    return image;
  }

  @Override
  public long appliedIndex() {
    return index;
  }

  @Override
  public void follow(MetadataFollower follower) {
    followers.add(follower);
    follower.onApplied(index, ImageDelta.between(ClusterImage.EMPTY, image), image);
  }
}
