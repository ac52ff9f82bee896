package dev.milena.broker.core;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.Decider;
import dev.milena.metadata.Decision;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * An ordered log of commands in memory with the real decider and the real fold: what Ratis is to a
 * node, without its threads. It never forgets, so it outlives the brokers of a simulation.
 */
public final class StandInQuorum implements QuorumGateway, MetadataView {
  private final SplittableRandom random;
  private final List<MetadataFollower> followers = new ArrayList<>();
  private ClusterImage image = ClusterImage.EMPTY;
  private long index = -1;
  private long timeMs = 1;
  private final Set<Trouble> troubles = EnumSet.noneOf(Trouble.class);
  private Optional<List<Runnable>> held = Optional.empty();
  private Optional<CompletionStage<Boolean>> spread = Optional.empty();
  private int readIndexes;
  private long lastTimeoutMs;
  private Supplier<Optional<ClusterTime>> time = Optional::empty;

  private enum Trouble {
    CUT_OFF,
    SILENT,
    LOSING,
    NOT_EVERYWHERE
  }

  /** A quorum whose ids and seeds follow from one seed. */
  public StandInQuorum(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Cuts the quorum off, or lets it be reached again. */
  public synchronized void reachable(boolean now) {
    set(Trouble.CUT_OFF, !now);
  }

  /** From now on nobody who asks is answered, ever; or everybody again. */
  public synchronized void silent(boolean now) {
    set(Trouble.SILENT, now);
  }

  /** From now on what is submitted is lost on its way: neither decided nor answered. */
  public synchronized void losing(boolean now) {
    set(Trouble.LOSING, now);
  }

  /** Whether brokers are known to show what was changed. */
  public synchronized void spreads(boolean now) {
    set(Trouble.NOT_EVERYWHERE, !now);
  }

  /** What is said from now on of whether brokers show what was changed. */
  public synchronized void spreads(CompletionStage<Boolean> said) {
    spread = Optional.of(said);
  }

  private void set(Trouble trouble, boolean on) {
    if (on) {
      troubles.add(trouble);
    } else {
      troubles.remove(trouble);
    }
  }

  /** From now on followers are not told of changes; or they are, of all that was held back. */
  public synchronized void holdBack(boolean now) {
    held.ifPresent(told -> told.forEach(Runnable::run));
    held = now ? Optional.of(new ArrayList<>()) : Optional.empty();
  }

  /** Whom to ask for the cluster's time from now on. */
  public synchronized void timeIs(Supplier<Optional<ClusterTime>> newTime) {
    time = newTime;
  }

  @Override
  public synchronized Optional<ClusterTime> clusterTime() {
    return time.get();
  }

  /** How often somebody asked for a read index. */
  public synchronized int readIndexes() {
    return readIndexes;
  }

  /** How long whoever asked last was ready to wait, in milliseconds. */
  public synchronized long lastTimeoutMs() {
    return lastTimeoutMs;
  }

  /** One hears of changes no more: its broker is gone. */
  public synchronized void forget(MetadataFollower follower) {
    followers.remove(follower);
  }

  /** Nobody hears of changes any more: the brokers of the run before are gone. */
  public synchronized void forgetFollowers() {
    followers.clear();
  }

  /** Decides at once, on the calling thread. */
  public synchronized QuorumAnswer decide(MetadataCommand command) {
    if (troubles.contains(Trouble.CUT_OFF)) {
      return new QuorumAnswer.Unavailable("cut off");
    }
    CommandStamp stamp =
        new CommandStamp(
            timeMs++, new TopicId(random.nextLong(), random.nextLong()), random.nextLong());
    Decision decision = Decider.decide(image, command, stamp);
    index++;
    return switch (decision) {
      case Decision.Refused refused -> {
        tell(ImageDelta.NONE);
        yield new QuorumAnswer.Refused(index, refused);
      }
      case Decision.Accepted(List<MetadataRecord> records, MetadataReply reply) -> {
        ClusterImage.Folded folded = image.with(records);
        image = folded.image();
        tell(folded.delta());
        yield new QuorumAnswer.Decided(index, reply);
      }
    };
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return asked(timeoutMs) ? answer(decide(command)) : new CompletableFuture<>();
  }

  /** Whether it arrives. */
  private synchronized boolean asked(long timeoutMs) {
    lastTimeoutMs = timeoutMs;
    return !troubles.contains(Trouble.LOSING);
  }

  private synchronized <T> CompletionStage<T> answer(T value) {
    return troubles.contains(Trouble.SILENT)
        ? new CompletableFuture<>()
        : CompletableFuture.completedFuture(value);
  }

  @Override
  public synchronized CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    readIndexes++;
    lastTimeoutMs = timeoutMs;
    return answer(
        troubles.contains(Trouble.CUT_OFF)
            ? new ReadAnswer.Unavailable("cut off")
            : new ReadAnswer.CaughtUp(index));
  }

  @Override
  public synchronized CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
    return spread.orElseGet(() -> answer(!troubles.contains(Trouble.NOT_EVERYWHERE)));
  }

  /** Lets a run in, or out, at once. */
  @Override
  public synchronized void announce(RunStanding standing) {
    for (BrokerImage broker : List.copyOf(image.brokers().values())) {
      if (broker.incarnation().equals(standing.run()) && standing.ready()) {
        var _ =
            decide(
                standing.leaving()
                    ? new MetadataCommand.FenceBroker(broker.id(), broker.brokerEpoch())
                    : new MetadataCommand.UnfenceBroker(broker.id(), broker.brokerEpoch()));
      }
    }
  }

  @Override
  public void acknowledge(long index) {
    // nobody waits for it: a change is told to all followers before it is answered
  }

  @Override
  public MetadataView view() {
    return this;
  }

  @Override
  public synchronized ClusterImage image() {
    return image;
  }

  @Override
  public synchronized long appliedIndex() {
    return index;
  }

  @Override
  public synchronized void follow(MetadataFollower follower) {
    followers.add(follower);
    follower.onApplied(index, ImageDelta.between(ClusterImage.EMPTY, image), image);
  }

  private void tell(ImageDelta delta) {
    for (MetadataFollower follower : followers) {
      tell(follower, index, delta, image);
    }
  }

  private void tell(MetadataFollower follower, long at, ImageDelta delta, ClusterImage newer) {
    Runnable telling = () -> follower.onApplied(at, delta, newer);
    held.ifPresentOrElse(told -> told.add(telling), telling);
  }
}
