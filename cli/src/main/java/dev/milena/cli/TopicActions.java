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

  /** The one that was asked for; more or none is wrong usage. */
  String asked() {
    List<String> asked = new ArrayList<>();
    addIf(create, CREATE, asked);
    addIf(list, LIST, asked);
    addIf(describe, DESCRIBE, asked);
    addIf(alter, ALTER, asked);
    addIf(delete, DELETE, asked);
    if (asked.size() != 1) {
      throw CommandFailed.usage(
          "topics takes one of --create, --list, --describe, --alter and --delete, got "
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
