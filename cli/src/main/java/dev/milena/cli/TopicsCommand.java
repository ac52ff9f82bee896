package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.NewTopic;
import dev.milena.client.TopicChange;
import dev.milena.client.TopicDetails;
import dev.milena.client.TopicListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl topics}: create, list, describe, alter, delete. */
@Command(
    name = "topics",
    description = "Creates, lists, describes, alters and deletes topics.",
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl topics --create --topic T [--partitions N] [--replication-factor R]",
      "                  [--config K=V]... [--if-not-exists]",
      "  kafkactl topics --list",
      "  kafkactl topics --describe [--topic T [--if-exists]]",
      "  kafkactl topics --alter --topic T [--partitions N] [--config K=V]...",
      "                  [--delete-config K]... [--if-exists]",
      "  kafkactl topics --delete --topic T [--if-exists]"
    },
    optionListHeading = "%nOptions:%n")
final class TopicsCommand implements Callable<Integer> {
  private static final String UNKNOWN_TOPIC = "UNKNOWN_TOPIC";
  private static final String TOPIC_EXISTS = "TOPIC_EXISTS";

  @ParentCommand private @Nullable Kafkactl tool;

  @Option(names = "--create", description = "Create a topic.")
  private boolean create;

  @Option(names = "--list", description = "Print the names of all topics, sorted.")
  private boolean list;

  @Option(names = "--describe", description = "Show topics with their partitions and configs.")
  private boolean describe;

  @Option(names = "--alter", description = "Raise a topic's partitions, set or delete configs.")
  private boolean alter;

  @Option(names = "--delete", description = "Delete a topic and its records.")
  private boolean delete;

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

  @Override
  public Integer call() {
    String action = action();
    refuseMisplaced(action);
    SortedMap<String, String> set = PropertyList.parse("--config", configs);
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      switch (action) {
        case "--create" -> create(client.admin(), set, out);
        case "--list" -> list(client.admin(), out);
        case "--describe" -> describe(client.admin(), out);
        case "--alter" -> alter(client.admin(), set, out);
        case "--delete" -> delete(client.admin(), out);
        default -> throw new IllegalStateException(action);
      }
      out.flush();
    }
    return ExitCode.DONE;
  }

  private String action() {
    List<String> asked = new ArrayList<>();
    addIf(create, "--create", asked);
    addIf(list, "--list", asked);
    addIf(describe, "--describe", asked);
    addIf(alter, "--alter", asked);
    addIf(delete, "--delete", asked);
    if (asked.size() != 1) {
      throw CommandFailed.usage(
          "topics takes one of --create, --list, --describe, --alter and --delete, got "
              + (asked.isEmpty() ? "none" : String.join(" and ", asked)));
    }
    return asked.getFirst();
  }

  private static void addIf(boolean given, String name, List<String> names) {
    if (given) {
      names.add(name);
    }
  }

  /** An option that would be passed over in silence is a mistake. */
  private void refuseMisplaced(String action) {
    List<String> misplaced = new ArrayList<>();
    boolean changes = create || alter;
    addIf(partitions != null && !changes, "--partitions", misplaced);
    addIf(replicationFactor != null && !create, "--replication-factor", misplaced);
    addIf(!configs.isEmpty() && !changes, "--config", misplaced);
    addIf(!deleteConfigs.isEmpty() && !alter, "--delete-config", misplaced);
    addIf(topic != null && list, "--topic", misplaced);
    if (!misplaced.isEmpty()) {
      throw CommandFailed.usage(misplaced.getFirst() + " does not go with " + action);
    }
    refuseBelowOne("--partitions", partitions);
    refuseBelowOne("--replication-factor", replicationFactor);
    if (topic == null && !list && !describe) {
      throw CommandFailed.usage(action + " needs --topic T");
    }
    if (alter && partitions == null && configs.isEmpty() && deleteConfigs.isEmpty()) {
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
      if (json()) {
        out.put(Listing.detailsJson(topics));
      } else {
        topics.forEach(t -> out.put(Listing.topicLines(t)));
      }
    } catch (MilenaException e) {
      absent(e, admin, "described");
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
