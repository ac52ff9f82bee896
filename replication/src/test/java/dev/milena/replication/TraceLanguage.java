package dev.milena.replication;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The words of the golden traces: one event a line in, one effect a line out.
 *
 * <pre>
 *   open self=1 logStart=0 logEnd=10 flushed=10
 *   facts leader=1 epoch=3 row=5 [replicas=1,2,3] isr=1,2 min=1 [policy=REPLICATED]
 *   standings 2:7 3:9                  brokers that may be in sync, each with its run's epoch
 *   append 12 | flush 12 | follower 2 run=7 epoch=3 end=12 flushed=11 | start 5 | fail
 *   refuse row=5
 *   answer agreed|refused|start=40|diverged=1:70 epoch=3 from=100 [own=1:80]
 *   records epoch=3 base=100           whether they may be copied
 *   told epoch=3 hw=90 start=0         by the leader
 *   again | no-room | cut start=0 end=70 flushed=70
 *   at 2000 (milliseconds) | time | due
 *   gate all | gate leader
 * </pre>
 */
final class TraceLanguage implements EffectSink {
  private final List<String> effects = new ArrayList<>();
  private PartitionReplica replica =
      new PartitionReplica(1, 0, new LogEnds(0, 0), ReplicaSettings.DEFAULTS);
  private long nowMs;

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
                  new LogEnds(number(words, "logEnd"), number(words, "flushed")),
                  ReplicaSettings.DEFAULTS);
      case "gate" -> effects.add("gate " + replica.mayAppend(words[1].equals("all")));
      case "records" ->
          effects.add(
              "records " + replica.mayCopy((int) number(words, "epoch"), number(words, "base")));
      case "at" -> nowMs = Long.parseLong(words[1]);
      case "due" -> effects.add("due " + due());
      default -> step(eventOf(words));
    }
    effects.add("= " + state());
    return List.copyOf(effects);
  }

  private void step(ReplicaEvent event) {
    try {
      replica.step(nowMs, event, this);
    } catch (IllegalStateException broken) {
      effects.add("broken: " + broken.getMessage());
    }
  }

  private String state() {
    String role =
        switch (replica.role()) {
          case ReplicaRole.Idle() -> "idle";
          case Following following ->
              "following "
                  + following.leader()
                  + " epoch "
                  + following.leaderEpoch()
                  + (following.isCopying() ? ", copying" : "");
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
      case "refuse" -> new ReplicaEvent.IsrRefused((int) number(words, "row"));
      case "standings" -> new ReplicaEvent.StandingsChanged(standings(words));
      case "time" -> new ReplicaEvent.TimePassed();
      case "answer" ->
          new ReplicaEvent.FollowAnswered(
              (int) number(words, "epoch"),
              number(words, "from"),
              answerOf(words[1]),
              has(words, "own") ? reach(text(words, "own")) : new EpochReach(-1, -1));
      case "told" ->
          new ReplicaEvent.LeaderTold(
              (int) number(words, "epoch"), number(words, "hw"), number(words, "start"));
      case "again" -> new ReplicaEvent.AskAgain();
      case "no-room" -> new ReplicaEvent.CopyRefused();
      case "cut" ->
          new ReplicaEvent.LogCut(
              number(words, "start"), new LogEnds(number(words, "end"), number(words, "flushed")));
      case "follower" ->
          new ReplicaEvent.FollowerProgressed(
              Integer.parseInt(words[1]),
              number(words, "run"),
              (int) number(words, "epoch"),
              new LogEnds(number(words, "end"), number(words, "flushed")));
      case "facts" -> new ReplicaEvent.FactsChanged(factsOf(words));
      default -> throw new IllegalArgumentException("no such word: " + words[0]);
    };
  }

  private String due() {
    return replica.nextDueMs() == Long.MAX_VALUE ? "never" : Long.toString(replica.nextDueMs());
  }

  /** Words like 2:7 for broker 2 in its run of epoch 7. */
  private static Standings standings(String[] words) {
    TreeMap<Integer, Long> epochs = new TreeMap<>();
    for (int i = 1; i < words.length; i++) {
      String[] one = words[i].split(":");
      epochs.put(Integer.parseInt(one[0]), Long.parseLong(one[1]));
    }
    return Standings.of(epochs);
  }

  private static PartitionFacts factsOf(String[] words) {
    ReplicaSet isr = ids(text(words, "isr"));
    boolean apart = has(words, "replicas");
    boolean replicated = Arrays.asList(words).contains("policy=REPLICATED");
    return new PartitionFacts(
        (int) number(words, "leader"),
        (int) number(words, "epoch"),
        (int) number(words, "row"),
        apart ? ids(text(words, "replicas")) : isr,
        isr,
        (int) number(words, "min"),
        replicated ? FlushPolicy.REPLICATED : FlushPolicy.ACK);
  }

  private static FollowAnswer answerOf(String word) {
    String value = word.substring(word.indexOf('=') + 1);
    return switch (word.split("=")[0]) {
      case "agreed" -> new FollowAnswer.Agreed();
      case "refused" -> new FollowAnswer.Refused();
      case "start" -> new FollowAnswer.BelowStart(Long.parseLong(value));
      case "diverged" -> new FollowAnswer.Diverged(reach(value));
      default -> throw new IllegalArgumentException("no such answer: " + word);
    };
  }

  /** A word like 3:120 for epoch 3 that ends at 120. */
  private static EpochReach reach(String word) {
    String[] pair = word.split(":");
    return new EpochReach(Integer.parseInt(pair[0]), Long.parseLong(pair[1]));
  }

  private static boolean has(String[] words, String key) {
    return Arrays.stream(words).anyMatch(word -> word.startsWith(key + "="));
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
  public void followWanted(int leader, int leaderEpoch) {
    effects.add("ask " + leader + " in epoch " + leaderEpoch);
  }

  @Override
  public void truncateWanted(long offset) {
    effects.add("truncate to " + offset);
  }

  @Override
  public void beginAnewWanted(long offset) {
    effects.add("begin anew at " + offset);
  }

  @Override
  public void forgetWanted(long logStart) {
    effects.add("forget what is before " + logStart);
  }

  @Override
  public void reportWanted(LogEnds ends) {
    effects.add("report " + ends.logEnd() + ", flushed " + ends.flushedEnd());
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

  @Override
  public void isrWanted(ReplicaSet isr, int partitionEpoch) {
    effects.add("wants isr " + isr + " of row " + partitionEpoch);
  }
}
