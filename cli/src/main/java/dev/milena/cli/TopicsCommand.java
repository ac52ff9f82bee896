package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import dev.milena.client.TopicChange;
import dev.milena.client.TopicDetails;
import dev.milena.client.TopicListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl topics}: create, list, describe, alter, delete, elect leaders, move replicas. */
@Command(
    name = "topics",
    description =
        "Creates, lists, describes, alters and deletes topics, elects leaders and moves replicas.",
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl topics --create --topic T [--partitions N] [--replication-factor R]",
      "                  [--config K=V]... [--if-not-exists]",
      "  kafkactl topics --list",
      "  kafkactl topics --describe [--topic T [--if-exists]]",
      "                  [--under-replicated] [--under-min-isr] [--unavailable]",
      "  kafkactl topics --alter --topic T [--partitions N] [--config K=V]...",
      "                  [--delete-config K]... [--if-exists]",
      "  kafkactl topics --delete --topic T [--if-exists]",
      "  kafkactl topics --elect-leaders [--topic T [--partition P] [--unclean]]",
      "  kafkactl topics --reassign --topic T --partition P --replicas ID,ID...",
      "                  [--no-wait | --max-wait 2h]",
      "  kafkactl topics --cancel --topic T [--partition P]"
    },
    optionListHeading = "%nOptions:%n")
final class TopicsCommand implements Callable<Integer> {
  private static final String UNKNOWN_TOPIC = "UNKNOWN_TOPIC";
  private static final String TOPIC_EXISTS = "TOPIC_EXISTS";

  @ParentCommand private @Nullable Kafkactl tool;

  @Mixin private TopicActions actions = new TopicActions();

  @Option(names = "--topic", paramLabel = "T", description = "The topic's name.")
  private @Nullable String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "How many partitions; on --alter the new total (default: num.partitions).")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "R",
      description = "How many brokers keep each partition (default: default.replication.factor).")
  private @Nullable Integer replicationFactor;

  @Option(
      names = "--config",
      paramLabel = "K=V",
      description = "A config of the topic, like retention.ms=3600000. Repeatable.")
  private List<String> configs = new ArrayList<>();

  @Option(
      names = "--delete-config",
      paramLabel = "K",
      description = "A config to take back to its default. Repeatable.")
  private List<String> deleteConfigs = new ArrayList<>();

  @Option(
      names = {"--if-not-exists", "--if-exists"},
      description = "Not a failure if the topic is there already, or is not there.")
  private boolean lenient;

  @Mixin private ShownPartitions shown = new ShownPartitions();

  @Mixin private MoveOptions moves = new MoveOptions();

  @Override
  public Integer call() {
    String action = actions.asked();
    refuseMisplaced(action);
    SortedMap<String, String> set = PropertyList.parse("--config", configs);
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      switch (action) {
        case TopicActions.CREATE -> create(client.admin(), set, out);
        case TopicActions.LIST -> list(client.admin(), out);
        case TopicActions.DESCRIBE -> describe(client.admin(), out);
        case TopicActions.ALTER -> alter(client.admin(), set, out);
        case TopicActions.DELETE -> delete(client.admin(), out);
        case TopicActions.ELECT_LEADERS ->
            LeaderElection.run(
                client.admin(),
                LeaderElection.wanted(
                    Optional.ofNullable(topic), moves.partition(), moves.unclean()),
                parent.wantsJson(),
                out);
        case TopicActions.REASSIGN ->
            new ReplicaMove(client.admin(), parent, out).run(name(), moves);
        case TopicActions.CANCEL ->
            new ReplicaMove(client.admin(), parent, out).callBack(name(), moves.partition());
        default -> throw new IllegalStateException(action);
      }
      out.flush();
    }
    return ExitCode.DONE;
  }

  /** An option that would be passed over in silence is a mistake. */
  private void refuseMisplaced(String action) {
    List<String> misplaced = new ArrayList<>();
    boolean creates = action.equals(TopicActions.CREATE);
    boolean alters = action.equals(TopicActions.ALTER);
    boolean lists = action.equals(TopicActions.LIST);
    boolean describes = action.equals(TopicActions.DESCRIBE);
    boolean changes = creates || alters;
    TopicActions.addIf(partitions != null && !changes, "--partitions", misplaced);
    TopicActions.addIf(replicationFactor != null && !creates, "--replication-factor", misplaced);
    TopicActions.addIf(!configs.isEmpty() && !changes, "--config", misplaced);
    TopicActions.addIf(!deleteConfigs.isEmpty() && !alters, "--delete-config", misplaced);
    TopicActions.addIf(topic != null && lists, "--topic", misplaced);
    if (!describes) {
      misplaced.addAll(shown.given());
    }
    misplaced.addAll(moves.misplaced(action));
    if (!misplaced.isEmpty()) {
      throw CommandFailed.usage(misplaced.getFirst() + " does not go with " + action);
    }
    refuseBelowOne("--partitions", partitions);
    refuseBelowOne("--replication-factor", replicationFactor);
    moves.refuse(action);
    boolean elects = action.equals(TopicActions.ELECT_LEADERS);
    if (elects) {
      var _ = LeaderElection.wanted(Optional.ofNullable(topic), moves.partition(), moves.unclean());
    }
    if (topic == null && !lists && !describes && !elects) {
      throw CommandFailed.usage(action + " needs --topic T");
    }
    if (alters && partitions == null && configs.isEmpty() && deleteConfigs.isEmpty()) {
      throw CommandFailed.usage("--alter needs --partitions, --config or --delete-config");
    }
  }

  private static void refuseBelowOne(String option, @Nullable Integer given) {
    if (given != null && given < 1) {
      throw CommandFailed.usage(OptionWords.wants(option, given.toString()));
    }
  }

  private String name() {
    return Objects.requireNonNull(topic, "checked with the options");
  }

  private String look() {
    return "kafkactl topics --describe --topic " + name();
  }

  private boolean json() {
    return Objects.requireNonNull(tool, "picocli sets the parent").wantsJson();
  }

  private static OptionalInt given(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private void create(Admin admin, SortedMap<String, String> set, DataOut out) {
    try {
      TopicDetails made =
          PerhapsDone.change(
              () ->
                  admin.createTopic(
                      new NewTopic(name(), given(partitions), given(replicationFactor), set)),
              look());
      out.put(
          json()
              ? Listing.changeJson("created", made.name(), made.topicId())
              : "Created topic " + made.name() + ".\n");
    } catch (MilenaException e) {
      passOver(e, TOPIC_EXISTS, "Topic " + name() + " exists already.");
    }
  }

  private void list(Admin admin, DataOut out) {
    var topics = admin.listTopics(this::sayOld);
    if (json()) {
      out.put(Listing.topicsJson(topics));
    } else {
      topics.forEach(t -> out.line(t.name()));
    }
  }

  private void describe(Admin admin, DataOut out) {
    try {
      var topics = admin.describeTopics(topic == null ? List.of() : List.of(topic), this::sayOld);
      if (shown.given().isEmpty()) {
        describeAll(topics, out);
      } else {
        describeTroubled(topics, out);
      }
    } catch (MilenaException e) {
      absent(e, admin, "described");
    }
  }

  private void describeAll(List<TopicDetails> topics, DataOut out) {
    if (json()) {
      out.put(Listing.detailsJson(topics));
    } else {
      topics.forEach(t -> out.put(Listing.topicLines(t)));
    }
  }

  /** Partitions alone, as Kafka's tool does; none is good news. */
  private void describeTroubled(List<TopicDetails> topics, DataOut out) {
    SortedMap<String, List<PartitionDetails>> troubled = new TreeMap<>();
    topics.forEach(t -> troubled.put(t.name(), shown.of(t)));
    if (json()) {
      out.put(Listing.partitionsJson(troubled));
    } else {
      troubled.forEach(
          (name, all) -> all.forEach(one -> out.put(Listing.partitionLine(name, one))));
    }
  }

  private void sayOld(String why) {
    say("kafkactl: this may be old: " + why);
  }

  private void alter(Admin admin, SortedMap<String, String> set, DataOut out) {
    try {
      TopicDetails changed =
          PerhapsDone.change(
              () ->
                  admin.alterTopic(new TopicChange(name(), given(partitions), set, deleteConfigs)),
              look());
      out.put(
          json()
              ? Listing.changeJson("altered", changed.name(), changed.topicId())
              : "Altered topic " + changed.name() + ".\n");
    } catch (MilenaException e) {
      absent(e, admin, "altered");
    }
  }

  private void delete(Admin admin, DataOut out) {
    try {
      String id = PerhapsDone.change(() -> admin.deleteTopic(name()), look());
      out.put(
          json() ? Listing.changeJson("deleted", name(), id) : "Deleted topic " + name() + ".\n");
    } catch (MilenaException e) {
      absent(e, admin, "deleted");
    }
  }

  /** What whoever looks for a topic needs to know: surely not how to create one. */
  private CommandFailed notThere(Admin admin, String done) {
    List<String> names = admin.listTopics().stream().map(TopicListing::name).toList();
    return CommandFailed.refused(
        "there is no topic \""
            + topic
            + "\", so nothing was "
            + done
            + "; "
            + Nearest.to(name(), names)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("kafkactl topics --list shows those there are"));
  }

  private void absent(MilenaException failure, Admin admin, String done) {
    if (!lenient && topic != null && failure.reason().equals(UNKNOWN_TOPIC)) {
      throw notThere(admin, done);
    }
    passOver(failure, UNKNOWN_TOPIC, "Topic " + topic + " does not exist.");
  }

  /** With --if-exists and --if-not-exists, one kind of refusal is only worth a word. */
  private void passOver(MilenaException failure, String reason, String instead) {
    if (!lenient || !failure.reason().equals(reason)) {
      throw failure;
    }
    say(instead);
  }

  private void say(String words) {
    Objects.requireNonNull(tool, "picocli sets the parent").surroundings().say(words);
  }
}
