package dev.milena.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code kafkactl topics} is to do: one of these. */
final class TopicActions {
  static final String CREATE = "--create";
  static final String LIST = "--list";
  static final String DESCRIBE = "--describe";
  static final String ALTER = "--alter";
  static final String DELETE = "--delete";
  static final String ELECT_LEADERS = "--elect-leaders";
  static final String REASSIGN = "--reassign";
  static final String CANCEL = "--cancel";

  @Option(names = CREATE, description = "Create a topic.")
  private boolean create;

  @Option(names = LIST, description = "Print the names of all topics, sorted.")
  private boolean list;

  @Option(names = DESCRIBE, description = "Show topics with their partitions and configs.")
  private boolean describe;

  @Option(names = ALTER, description = "Raise a topic's partitions, set or delete configs.")
  private boolean alter;

  @Option(names = DELETE, description = "Delete a topic and its records.")
  private boolean delete;

  @Option(
      names = ELECT_LEADERS,
      description = "Let preferred replicas lead, and any eligible one where nobody leads.")
  private boolean electLeaders;

  @Option(names = REASSIGN, description = "Move a partition's replicas to other brokers.")
  private boolean reassign;

  @Option(
      names = CANCEL,
      description = "Call back what moves of a topic, or of one partition: the replicas go back.")
  private boolean cancel;

  /** The one that was asked for; more or none is wrong usage. */
  String asked() {
    List<String> asked = new ArrayList<>();
    addIf(create, CREATE, asked);
    addIf(list, LIST, asked);
    addIf(describe, DESCRIBE, asked);
    addIf(alter, ALTER, asked);
    addIf(delete, DELETE, asked);
    addIf(electLeaders, ELECT_LEADERS, asked);
    addIf(reassign, REASSIGN, asked);
    addIf(cancel, CANCEL, asked);
    if (asked.size() != 1) {
      throw CommandFailed.usage(
          "topics takes one of --create, --list, --describe, --alter, --delete, --elect-leaders, --reassign and --cancel, got "
              + (asked.isEmpty() ? "none" : String.join(" and ", asked)));
    }
    return asked.getFirst();
  }

  static void addIf(boolean given, String name, List<String> names) {
    if (given) {
      names.add(name);
    }
  }
}
