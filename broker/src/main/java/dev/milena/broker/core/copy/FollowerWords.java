package dev.milena.broker.core.copy;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.LogEnds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be said to one leader and was not said yet: of each partition its newest question, its
 * newest report, what it lacks and all of its credit. So there is no more than the partitions that
 * are followed, however long the leader does not listen.
 */
@OwnedBy(Owner.CREATOR)
final class FollowerWords {
  /** Of one partition. */
  private static final int WORDS_AT_MOST = 4;

  private final Map<PartitionId, Pending> pending = new LinkedHashMap<>();

  /** Of one partition, in one epoch of its leader. */
  private static final class Pending {
    private final int leaderEpoch;
    private Optional<FollowerWord.Follow> follow = Optional.empty();
    private Optional<LogEnds> report = Optional.empty();
    private OptionalLong lack = OptionalLong.empty();
    private long credit;
    private boolean leave;

    Pending(int leaderEpoch) {
      this.leaderEpoch = leaderEpoch;
    }
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  void add(FollowerWord word) {
    Pending known = pending.get(word.id());
    if (known == null || known.leaderEpoch != word.leaderEpoch()) {
      known = new Pending(word.leaderEpoch());
      pending.put(word.id(), known);
    }
    switch (word) {
      case FollowerWord.Follow follow -> {
        // what was reported before it and was not said is of the time before the question
        known.follow = Optional.of(follow);
        known.report = Optional.empty();
        known.credit = 0;
        known.leave = false;
      }
      case FollowerWord.Report(PartitionId _, int _, LogEnds ends) ->
          known.report = Optional.of(ends);
      case FollowerWord.Credit(PartitionId _, int _, int bytes) -> known.credit += bytes;
      case FollowerWord.Lack(PartitionId _, int _, long offset) ->
          known.lack = OptionalLong.of(offset);
      case FollowerWord.Leave _ -> {
        known.follow = Optional.empty();
        known.report = Optional.empty();
        known.credit = 0;
        known.leave = true;
      }
    }
  }

  /** At most so many, in the order in which their partitions were first spoken of; once. */
  List<FollowerWord> take(int most) {
    List<FollowerWord> words = new ArrayList<>();
    var partitions = pending.entrySet().iterator();
    while (partitions.hasNext() && words.size() + WORDS_AT_MOST <= most) {
      Map.Entry<PartitionId, Pending> next = partitions.next();
      say(next.getKey(), next.getValue(), words);
      partitions.remove();
    }
    return words;
  }

  private static void say(PartitionId id, Pending pending, List<FollowerWord> words) {
    pending.follow.ifPresent(words::add);
    pending.report.ifPresent(
        ends -> words.add(new FollowerWord.Report(id, pending.leaderEpoch, ends)));
    pending.lack.ifPresent(
        offset -> words.add(new FollowerWord.Lack(id, pending.leaderEpoch, offset)));
    if (pending.leave) {
      words.add(new FollowerWord.Leave(id, pending.leaderEpoch));
    }
    if (pending.credit > 0) {
      int bytes = (int) Math.min(pending.credit, Integer.MAX_VALUE);
      words.add(new FollowerWord.Credit(id, pending.leaderEpoch, bytes));
    }
  }

  void clear() {
    pending.clear();
  }
}
