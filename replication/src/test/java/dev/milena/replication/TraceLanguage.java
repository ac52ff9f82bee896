package dev.milena.replication;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of the golden traces: one event a line in, one effect a line out.
 *
 * <pre>
 *   open self=1 logStart=0 logEnd=10 flushed=10
 *   facts leader=1 epoch=3 row=5 isr=1,2 min=1 [policy=REPLICATED]
 *   append 12 | flush 12 | follower 2 epoch=3 end=12 flushed=11 | propose 1,2,3 | start 5 | fail
 *   gate all | gate leader
 * </pre>
 */
final class TraceLanguage implements EffectSink {
  private final List<String> effects = new ArrayList<>();
  private PartitionReplica replica = new PartitionReplica(1, 0, new LogEnds(0, 0));

  /** Runs one line and returns what came of it, ending with the state after it. */
  List<String> run(String line) {
    effects.clear();
    String[] words = line.strip().split(" ");
    switch (words[0]) {
      case "open" ->
          replica =
              new PartitionReplica(
                  (int) number(words, "self"),
                  number(words, "logStart"),
                  new LogEnds(number(words, "logEnd"), number(words, "flushed")));
      case "gate" -> effects.add("gate " + replica.mayAppend(words[1].equals("all")));
      default -> step(eventOf(words));
    }
    effects.add("= " + state());
    return List.copyOf(effects);
  }

  private void step(ReplicaEvent event) {
    try {
      replica.step(0, event, this);
    } catch (IllegalStateException broken) {
      effects.add("broken: " + broken.getMessage());
    }
  }

  private String state() {
    String role =
        switch (replica.role()) {
          case ReplicaRole.Idle() -> "idle";
          case ReplicaRole.Following(int leader, int epoch) ->
              "following " + leader + " epoch " + epoch;
          case Leading leading ->
              "leading epoch " + leading.leaderEpoch() + " from " + leading.epochStart();
        };
    return role
        + ", hw "
        + replica.highWatermark()
        + (replica.knowsLatest() ? ", knows latest" : "");
  }

  private static ReplicaEvent eventOf(String[] words) {
    return switch (words[0]) {
      case "append" -> new ReplicaEvent.Appended(Long.parseLong(words[1]));
      case "flush" -> new ReplicaEvent.Flushed(Long.parseLong(words[1]));
      case "start" -> new ReplicaEvent.LogStartMoved(Long.parseLong(words[1]));
      case "fail" -> new ReplicaEvent.LogFailed();
      case "propose" -> new ReplicaEvent.IsrProposed(ids(words[1]));
      case "follower" ->
          new ReplicaEvent.FollowerProgressed(
              Integer.parseInt(words[1]),
              (int) number(words, "epoch"),
              new LogEnds(number(words, "end"), number(words, "flushed")));
      case "facts" -> new ReplicaEvent.FactsChanged(factsOf(words));
      default -> throw new IllegalArgumentException("no such word: " + words[0]);
    };
  }

  private static PartitionFacts factsOf(String[] words) {
    ReplicaSet isr = ids(text(words, "isr"));
    boolean replicated = Arrays.asList(words).contains("policy=REPLICATED");
    return new PartitionFacts(
        (int) number(words, "leader"),
        (int) number(words, "epoch"),
        (int) number(words, "row"),
        isr,
        isr,
        (int) number(words, "min"),
        replicated ? FlushPolicy.REPLICATED : FlushPolicy.ACK);
  }

  private static long number(String[] words, String key) {
    return Long.parseLong(text(words, key));
  }

  private static String text(String[] words, String key) {
    return Arrays.stream(words)
        .filter(word -> word.startsWith(key + "="))
        .map(word -> word.substring(key.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("missing " + key));
  }

  private static ReplicaSet ids(String list) {
    return ReplicaSet.of(Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray());
  }

  @Override
  public void becameLeader(int leaderEpoch, long epochStart) {
    effects.add("became leader, epoch " + leaderEpoch + " starts at " + epochStart);
  }

  @Override
  public void becameFollower(int leader, int leaderEpoch) {
    effects.add("became follower of " + leader + ", epoch " + leaderEpoch);
  }

  @Override
  public void becameIdle(int leaderEpoch) {
    effects.add("became idle, epoch " + leaderEpoch);
  }

  @Override
  public void highWatermarkMoved(long highWatermark) {
    effects.add("hw " + highWatermark);
  }

  @Override
  public void flushWanted(long logEnd) {
    effects.add("flush to " + logEnd);
  }
}
