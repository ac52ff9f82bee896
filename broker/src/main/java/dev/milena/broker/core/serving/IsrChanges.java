package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.IsrRequests;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataLimits;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the quorum for the in-sync replicas that this broker's leaders want, and tells it of
 * replicas that are lost: gathers both for a moment, so that a broker that comes or goes costs a
 * command or two and not one for each partition, and has one command under way at a time.
 *
 * <p>What became of a command that was not answered in time is unknown, and it may still come about
 * later. So it is not simply forgotten or repeated: the row is asked for as it is, at the same
 * epoch, until that is decided; then either has happened, and the other never will.
 *
 * <p>Bounded by the partitions that this broker holds: each has one wish, and is lost once.
 */
@OwnedBy(Owner.ANY_THREAD)
final class IsrChanges implements IsrRequests {
  static final long GATHER_MS = 5;
  static final long DECIDE_MS = 5_000;
  private static final Logger log = LoggerFactory.getLogger(IsrChanges.class);

  private final int self;
  private final Alarm alarm;
  private final Executor answers;
  private final TreeMap<PartitionId, Wish> wishes = new TreeMap<>();
  private final TreeSet<PartitionId> lost = new TreeSet<>();
  private boolean underWay;
  private ServingCore.@Nullable Surroundings around;

  /**
   * What a leader wants.
   *
   * @param doubtful asked for once, with an outcome that nobody knows
   */
  private record Wish(Wanted wanted, boolean doubtful) {
    PartitionId partition() {
      return wanted.partition();
    }
  }

  /**
   * Asks for nothing before {@link #begin}.
   *
   * @param answers runs the asking: the timer and the loops must not be held up
   */
  IsrChanges(int self, Alarm alarm, Executor answers) {
    this.self = self;
    this.alarm = alarm;
    this.answers = answers;
  }

  /** There is a quorum to ask. */
  void begin(ServingCore.Surroundings surroundings) {
    synchronized (this) {
      around = surroundings;
    }
    next(GATHER_MS);
  }

  @Override
  public void want(Wanted wanted) {
    synchronized (this) {
      wishes.put(wanted.partition(), new Wish(wanted, false));
    }
    next(GATHER_MS);
  }

  @Override
  public void lost(PartitionId partition) {
    synchronized (this) {
      lost.add(partition);
    }
    next(GATHER_MS);
  }

  private void next(long delayMs) {
    synchronized (this) {
      if (underWay || around == null || (wishes.isEmpty() && lost.isEmpty())) {
        return;
      }
      underWay = true;
    }
    var _ = alarm.after(delayMs, () -> answers.execute(this::ask));
  }

  private void over(long nextMs) {
    synchronized (this) {
      underWay = false;
    }
    next(nextMs);
  }

  /** What is lost goes first: somebody may be waiting for another leader. */
  private void ask() {
    ServingCore.Surroundings now = surroundings();
    Optional<BrokerImage> row = now.feed().ownRow();
    List<PartitionId> offline = takeLost(now.feed().image());
    List<Wish> asked = new ArrayList<>();
    List<IsrChange> changes = new ArrayList<>();
    for (Wish wish : offline.isEmpty() ? take() : List.<Wish>of()) {
      // A row that has changed is what the leader was waiting for.
      change(wish, now.feed().image())
          .ifPresent(change -> {
            asked.add(wish);
            changes.add(change);
          });
    }
    if (row.isEmpty() || (changes.isEmpty() && offline.isEmpty())) {
      // A run that the cluster does not know leads nothing, and says what it lost when it
      // registers.
      asked.forEach(wish -> wish.wanted().refused().run());
      over(GATHER_MS);
    } else if (offline.isEmpty()) {
      submit(new MetadataCommand.ChangeIsr(self, row.get().brokerEpoch(), changes))
          .thenAccept(answer -> answered(asked, answer));
    } else {
      submit(new MetadataCommand.ReportLostReplicas(self, row.get().brokerEpoch(), offline))
          .thenAccept(answer -> reported(offline, answer));
    }
  }

  private CompletionStage<QuorumAnswer> submit(MetadataCommand command) {
    return surroundings().gateway().submit(command, CommandOrigin.ofBroker(self), DECIDE_MS);
  }

  /** Those that the image counts on still. */
  private synchronized List<PartitionId> takeLost(ClusterImage image) {
    List<PartitionId> counted =
        lost.stream()
            .filter(id ->
                image
                    .partition(id)
                    .filter(row -> row.isr().contains(self) || row.elr().contains(self))
                    .isPresent())
            .toList();
    lost.clear();
    return counted;
  }

  private void reported(List<PartitionId> offline, QuorumAnswer answer) {
    switch (answer) {
      case QuorumAnswer.Decided _ -> {
        log.atError()
            .addKeyValue("count", offline.size())
            .addKeyValue("first", offline.getFirst())
            .log(
                "replicas are lost and count no more; their logs are offline, the log above says why");
        over(GATHER_MS);
      }
      case QuorumAnswer.Refused(long _, var refusal) -> {
        log.atWarn()
            .addKeyValue("partitions", offline.size())
            .addKeyValue("reason", refusal.message())
            .log("the quorum did not take down which replicas are lost");
        over(GATHER_MS);
      }
      // Said twice it is the same as once.
      case QuorumAnswer.Unavailable _, QuorumAnswer.TimedOut _ -> {
        synchronized (this) {
          lost.addAll(offline);
        }
        over(DECIDE_MS / 10);
      }
    }
  }

  private synchronized ServingCore.Surroundings surroundings() {
    ServingCore.Surroundings there = around;
    if (there == null) {
      throw new IllegalStateException("asked before there is a quorum");
    }
    return there;
  }

  private synchronized List<Wish> take() {
    List<Wish> some = new ArrayList<>();
    while (!wishes.isEmpty() && some.size() < MetadataLimits.MAX_ISR_CHANGES_PER_COMMAND) {
      some.add(wishes.pollFirstEntry().getValue());
    }
    return some;
  }

  /** Nothing when the image has another row than the one that was to be changed. */
  private Optional<IsrChange> change(Wish wish, ClusterImage image) {
    Wanted wanted = wish.wanted();
    return image
        .partition(wanted.partition())
        .filter(row ->
            row.leader() == self
                && row.leaderEpoch() == wanted.leaderEpoch()
                && row.partitionEpoch() == wanted.partitionEpoch())
        .map(row ->
            new IsrChange(
                wanted.partition(),
                wanted.leaderEpoch(),
                wanted.partitionEpoch(),
                wish.doubtful() ? asItIs(row) : members(wanted)));
  }

  private static List<IsrChange.Member> members(Wanted wanted) {
    List<IsrChange.Member> members = new ArrayList<>();
    for (int place = 0; place < wanted.isr().size(); place++) {
      int broker = wanted.isr().id(place);
      members.add(new IsrChange.Member(broker, wanted.standings().epochOf(broker)));
    }
    return members;
  }

  /** Of who is in sync already nobody asks which run it is. */
  private static List<IsrChange.Member> asItIs(PartitionImage row) {
    return row.isr().stream().map(broker -> new IsrChange.Member(broker, 0)).toList();
  }

  private void answered(List<Wish> asked, QuorumAnswer answer) {
    switch (answer) {
      case QuorumAnswer.Decided(long index, MetadataReply.IsrReply(List<IsrChange.Refused> no)) -> {
        tell(asked.size() - no.size(), no);
        TreeSet<PartitionId> refused = new TreeSet<>();
        no.forEach(one -> refused.add(one.partition()));
        refuse(asked.stream().filter(wish -> refused.contains(wish.partition())).toList(), index);
        over(GATHER_MS);
      }
      case QuorumAnswer.Decided(long index, MetadataReply other) -> {
        log.atError()
            .addKeyValue("reply", other)
            .log("the quorum gave a reply that is none to this command; report this");
        refuse(asked, index);
        over(DECIDE_MS);
      }
      case QuorumAnswer.Refused(long index, var refusal) -> {
        log.atWarn()
            .addKeyValue("partitions", asked.size())
            .addKeyValue("reason", refusal.message())
            .log("the quorum did not change the in-sync replicas");
        refuse(asked, index);
        over(GATHER_MS);
      }
      case QuorumAnswer.Unavailable _ -> {
        asked.forEach(this::notAsked);
        over(DECIDE_MS / 10);
      }
      case QuorumAnswer.TimedOut _ -> {
        asked.forEach(wish -> keep(wish.wanted()));
        over(GATHER_MS);
      }
    }
  }

  private void notAsked(Wish wish) {
    if (wish.doubtful()) {
      keep(wish.wanted());
    } else {
      wish.wanted().refused().run();
    }
  }

  /** Once the image is as new as the decision: until then it may tell of an earlier change. */
  private void refuse(List<Wish> refused, long index) {
    if (refused.isEmpty()) {
      return;
    }
    surroundings()
        .applied()
        .await(
            index,
            DECIDE_MS,
            outcome -> {
              boolean there = outcome == AppliedIndex.Outcome.THERE;
              refused.stream()
                  .filter(wish -> !there || !wish.doubtful())
                  .forEach(wish -> {
                    if (there) {
                      wish.wanted().refused().run();
                    } else {
                      keep(wish.wanted());
                    }
                  });
              next(GATHER_MS);
            });
  }

  /** Asked for again, as the row is, unless the leader wants something newer by now. */
  private synchronized void keep(Wanted wanted) {
    wishes.putIfAbsent(wanted.partition(), new Wish(wanted, true));
  }

  private static void tell(int changed, List<IsrChange.Refused> refused) {
    log.atInfo()
        .addKeyValue("changed", changed)
        .addKeyValue("refused", refused.size())
        .addKeyValue("first", refused.isEmpty() ? "" : refused.getFirst().toString())
        .log("in-sync replicas were asked for");
  }
}
