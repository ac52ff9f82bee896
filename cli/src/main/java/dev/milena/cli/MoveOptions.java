package dev.milena.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code kafkactl topics} that are about leaders and replicas of partitions. */
final class MoveOptions {
  private static final String PARTITION = "--partition";
  private static final String UNCLEAN = "--unclean";
  private static final String REPLICAS = "--replicas";
  private static final Pattern BROKER = Pattern.compile("[0-9]{1,9}");

  @Option(names = PARTITION, paramLabel = "P", description = "One partition of the topic.")
  private @Nullable Integer partition;

  @Option(
      names = UNCLEAN,
      description =
          "With --elect-leaders --topic T: also from replicas that may lack acknowledged records,"
              + " where no other can lead; what the new leader does not have is lost.")
  private boolean unclean;

  @Option(
      names = REPLICAS,
      paramLabel = "ID,ID...",
      description = "With --reassign: the brokers that shall have it, the preferred leader first.")
  private @Nullable String replicas;

  @Mixin private WaitOptions wait = new WaitOptions();

  WaitOptions waiting() {
    return wait;
  }

  /** The brokers named by --replicas. */
  List<Integer> replicas() {
    String typed = replicas == null ? "" : replicas;
    List<Integer> brokers = new ArrayList<>();
    for (String one : typed.split(",", -1)) {
      if (!BROKER.matcher(one).matches()) {
        throw CommandFailed.usage(OptionWords.wants(REPLICAS, typed));
      }
      int broker = Integer.parseInt(one);
      if (brokers.contains(broker)) {
        throw CommandFailed.usage(
            "--replicas names broker %s twice; name each broker once".formatted(broker));
      }
      brokers.add(broker);
    }
    return brokers;
  }

  OptionalInt partition() {
    return partition == null ? OptionalInt.empty() : OptionalInt.of(partition);
  }

  boolean unclean() {
    return unclean;
  }

  /** Those given that the action does not take, by name. */
  List<String> misplaced(String action) {
    List<String> misplaced = new ArrayList<>();
    boolean elects = action.equals(TopicActions.ELECT_LEADERS);
    boolean reassigns = action.equals(TopicActions.REASSIGN);
    boolean cancels = action.equals(TopicActions.CANCEL);
    TopicActions.addIf(
        partition != null && !elects && !reassigns && !cancels, PARTITION, misplaced);
    TopicActions.addIf(replicas != null && !reassigns, REPLICAS, misplaced);
    if (!reassigns) {
      misplaced.addAll(wait.given());
    }
    TopicActions.addIf(unclean && !elects, UNCLEAN, misplaced);
    return misplaced;
  }

  /** Partitions count from 0, and a move names its own and the brokers. */
  void refuse(String action) {
    if (action.equals(TopicActions.REASSIGN)) {
      if (partition == null || replicas == null) {
        throw CommandFailed.usage(
            "--reassign needs --topic T, --partition P and --replicas ID,ID...");
      }
      var _ = replicas();
    }
    wait.check();
    if (partition != null && partition < 0) {
      throw CommandFailed.usage(OptionWords.wants(PARTITION, partition.toString()));
    }
  }
}
