package dev.milena.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets the names that people know from Kafka's own tools work as they are: {@code
 * kafka-console-consumer.sh --timeout-ms 5000} becomes {@code kafkactl consume --idle-exit-ms
 * 5000}.
 *
 * <p>The scripts of those names pass their own name as the first argument. Options that have no
 * meaning here are passed over with one warning each; unknown ones go on to where they are refused.
 */
final class FamiliarNames {
  static final String NO_ZOOKEEPER =
      "Milena coordinates itself and has no ZooKeeper; use --bootstrap-server HOST:9092";

  /** What becomes of an option. */
  private sealed interface Fate {
    /** It has another name here. */
    record Renamed(String name) implements Fate {}

    /** It has no meaning here, nor its value. */
    record PassedOver(boolean hasValue) implements Fate {}

    /** Its value is KEY=VALUE, some keys of which are options here. */
    record Setting(Map<String, String> options) implements Fate {}
  }

  private static final Fate WITH_VALUE = new Fate.PassedOver(true);
  private static final Fate ALONE = new Fate.PassedOver(false);

  private record Tool(String command, Map<String, Fate> options) {}

  private static final Fate PRODUCER_SETTING =
      new Fate.Setting(Map.of("acks", "--acks", "compression.type", "--compression"));
  private static final Fate CONSUMER_SETTING = new Fate.Setting(Map.of("group.id", "--group"));

  private static final Map<String, Tool> TOOLS =
      Map.of(
          "kafka-topics.sh",
          new Tool("topics", Map.of("--command-config", WITH_VALUE, "--exclude-internal", ALONE)),
          "kafka-console-producer.sh",
          new Tool(
              "produce",
              Map.ofEntries(
                  Map.entry("--broker-list", new Fate.Renamed("--bootstrap-server")),
                  Map.entry("--request-required-acks", new Fate.Renamed("--acks")),
                  Map.entry("--compression-codec", new Fate.Renamed("--compression")),
                  Map.entry("--reader-property", new Fate.Renamed("--property")),
                  Map.entry("--producer-property", PRODUCER_SETTING),
                  Map.entry("--command-property", PRODUCER_SETTING),
                  Map.entry("--producer.config", WITH_VALUE),
                  Map.entry("--command-config", WITH_VALUE),
                  Map.entry("--line-reader", WITH_VALUE),
                  Map.entry("--batch-size", WITH_VALUE),
                  Map.entry("--timeout", WITH_VALUE),
                  Map.entry("--max-block-ms", WITH_VALUE),
                  Map.entry("--max-memory-bytes", WITH_VALUE),
                  Map.entry("--max-partition-memory-bytes", WITH_VALUE),
                  Map.entry("--message-send-max-retries", WITH_VALUE),
                  Map.entry("--metadata-expiry-ms", WITH_VALUE),
                  Map.entry("--request-timeout-ms", new Fate.Renamed("--timeout-ms")),
                  Map.entry("--retry-backoff-ms", WITH_VALUE),
                  Map.entry("--socket-buffer-size", WITH_VALUE),
                  Map.entry("--sync", ALONE))),
          "kafka-console-consumer.sh",
          new Tool(
              "consume",
              Map.ofEntries(
                  Map.entry("--timeout-ms", new Fate.Renamed("--idle-exit-ms")),
                  Map.entry("--formatter-property", new Fate.Renamed("--property")),
                  Map.entry("--consumer-property", CONSUMER_SETTING),
                  Map.entry("--command-property", CONSUMER_SETTING),
                  Map.entry("--consumer.config", WITH_VALUE),
                  Map.entry("--command-config", WITH_VALUE),
                  Map.entry("--isolation-level", WITH_VALUE),
                  Map.entry("--key-deserializer", WITH_VALUE),
                  Map.entry("--value-deserializer", WITH_VALUE),
                  Map.entry("--skip-message-on-error", ALONE),
                  Map.entry("--enable-systest-events", ALONE))),
          "kafka-consumer-groups.sh",
          new Tool("groups", Map.of("--command-config", WITH_VALUE)));

  private final Surroundings surroundings;
  private final Set<String> warned = new HashSet<>();

  FamiliarNames(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Turns what was typed into arguments of kafkactl.
   *
   * @throws CommandFailed when ZooKeeper was asked for
   */
  List<String> translate(List<String> typed) {
    if (typed.stream().anyMatch(a -> a.equals("--zookeeper") || a.startsWith("--zookeeper="))) {
      throw CommandFailed.usage(NO_ZOOKEEPER);
    }
    Tool tool = typed.isEmpty() ? null : TOOLS.get(typed.getFirst());
    return tool == null ? typed : translate(tool, typed.subList(1, typed.size()));
  }

  private List<String> translate(Tool tool, List<String> typed) {
    List<String> args = new ArrayList<>(List.of(tool.command));
    for (int i = 0; i < typed.size(); i++) {
      String word = typed.get(i);
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String name = equals < 0 ? word : word.substring(0, equals);
      Fate fate = tool.options.get(name);
      boolean takesNext = fate != null && !fate.equals(ALONE) && equals < 0;
      if (takesNext && i + 1 == typed.size()) {
        throw CommandFailed.usage(name + " needs a value");
      }
      String value = takesNext ? typed.get(++i) : word.substring(equals + 1);
      if (fate == null) {
        args.add(word);
      } else {
        add(fate, name, value, args);
      }
    }
    return args;
  }

  private void add(Fate fate, String name, String value, List<String> args) {
    switch (fate) {
      case Fate.Renamed(String here) -> args.add(here + "=" + value);
      case Fate.PassedOver _ -> warn(name);
      case Fate.Setting(var options) -> {
        String key = value.substring(0, Math.max(0, value.indexOf('=')));
        String option = options.get(key);
        if (option == null) {
          warn(name + " " + key);
        } else {
          args.add(option + "=" + value.substring(key.length() + 1));
        }
      }
    }
  }

  private void warn(String name) {
    if (warned.add(name)) {
      surroundings.say("kafkactl: " + name + " has no meaning here and is passed over");
    }
  }
}
