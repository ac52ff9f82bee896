package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.ElectedLeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code kafkactl topics --elect-leaders}. */
final class LeaderElection {
  private static final String LOOK = "kafkactl topics --describe";

  /** So many without a leader are named; more are counted. */
  static final int MOST_NAMED = 20;

  private LeaderElection() {}

  /** What all calls together came to. */
  private record Sum(
      int changed, List<ElectedLeaders.UncleanLeader> unclean, ElectedLeaders last) {}

  /**
   * Elects, call after call until nothing is left to change.
   *
   * @throws CommandFailed when some partitions have no leader still: each is named with what to do
   */
  static void run(Admin admin, ElectedLeaders.Wanted wanted, boolean json, DataOut out) {
    Sum sum = elect(admin, wanted);
    out.put(json ? json(sum) : lines(sum));
    out.flush();
    if (sum.last().leaderlessCount() > 0) {
      throw CommandFailed.refused(leaderless(sum.last()));
    }
  }

  private static Sum elect(Admin admin, ElectedLeaders.Wanted wanted) {
    int changed = 0;
    List<ElectedLeaders.UncleanLeader> unclean = new ArrayList<>();
    ElectedLeaders last;
    do {
      last = PerhapsDone.change(() -> admin.electLeaders(wanted), LOOK);
      changed += last.changed();
      unclean.addAll(last.unclean());
    } while (last.more() && last.changed() > 0);
    return new Sum(changed, unclean, last);
  }

  /**
   * Which partitions are meant.
   *
   * @throws CommandFailed when one of an unnamed topic is, or all shall lose what they must
   */
  static ElectedLeaders.Wanted wanted(
      Optional<String> topic, OptionalInt partition, boolean unclean) {
    if (unclean && topic.isEmpty()) {
      throw CommandFailed.usage(
          "--unclean needs --topic T: it gives up records, so it is ordered for one topic at a time");
    }
    if (partition.isPresent() && topic.isEmpty()) {
      throw CommandFailed.usage("--partition needs --topic T");
    }
    return new ElectedLeaders.Wanted(topic, partition, unclean);
  }

  private static String lines(Sum sum) {
    StringBuilder text = new StringBuilder();
    text.append("Elected other leaders of ").append(Counts.of(sum.changed(), "partition"));
    text.append(".\n");
    for (ElectedLeaders.UncleanLeader one : sum.unclean()) {
      text.append(
          "\t%s is led by %s now, epoch %s, uncleanly: records that were acknowledged and broker %s does not have are lost\n"
              .formatted(one.where(), one.leader(), one.leaderEpoch(), one.leader()));
    }
    return text.toString();
  }

  private static String leaderless(ElectedLeaders last) {
    StringBuilder text = new StringBuilder();
    int count = last.leaderlessCount();
    text.append(Counts.of(count, "partition"));
    text.append(count == 1 ? " has no leader" : " have no leader");
    last.leaderless().stream()
        .limit(MOST_NAMED)
        .forEach(one -> text.append("\n  ").append(one.where()).append(": ").append(one.next()));
    if (count > MOST_NAMED) {
      text.append(
          "\n  and %s more; kafkactl topics --describe --unavailable shows all"
              .formatted(count - MOST_NAMED));
    }
    return text.toString();
  }

  private static String json(Sum sum) {
    return Listing.document(json -> {
      json.writeStringField("done", "elected");
      json.writeNumberField("changed", sum.changed());
      json.writeArrayFieldStart("unclean");
      for (ElectedLeaders.UncleanLeader one : sum.unclean()) {
        json.writeStartObject();
        json.writeStringField("topic", one.where().topic());
        json.writeNumberField("partition", one.where().partition());
        json.writeNumberField("leader", one.leader());
        json.writeNumberField("leaderEpoch", one.leaderEpoch());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberField("leaderlessCount", sum.last().leaderlessCount());
      json.writeArrayFieldStart("leaderless");
      for (ElectedLeaders.Leaderless one : sum.last().leaderless()) {
        json.writeStartObject();
        json.writeStringField("topic", one.where().topic());
        json.writeNumberField("partition", one.where().partition());
        json.writeStringField("next", one.next());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }
}
