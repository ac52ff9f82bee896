package dev.milena.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/**
 * Says what is wrong with an option in words of whoever typed it: what the option wants, and what
 * it got. Pure.
 */
final class OptionWords {
  private static final String A_NODE = "the number of a node";

  /** What an option's value is; of one that is not here, only that it has to be there. */
  private static final Map<String, String> WANTED =
      Map.ofEntries(
          Map.entry("--partitions", "a whole number, 1 to 10,000"),
          Map.entry("--replication-factor", "a whole number, 1 to the number of brokers"),
          Map.entry("--partition", "the number of a partition; they count from 0"),
          Map.entry("--timeout-ms", "a whole number of milliseconds, 1 to 300,000"),
          Map.entry("--max-messages", "a whole number of records, at least 0"),
          Map.entry("--idle-exit-ms", "a whole number of milliseconds, at least 0"),
          Map.entry("--output", "table or json"),
          Map.entry("--topic", "the name of a topic"),
          Map.entry("--config", "KEY=VALUE"),
          Map.entry("--property", "KEY=VALUE"),
          Map.entry("--delete-config", "the name of a config"),
          Map.entry("--bootstrap-server", "HOST:PORT[,HOST:PORT...]"),
          Map.entry("--file", "the name of a file"),
          Map.entry("--acks", "0, 1 or all"),
          Map.entry("--compression", "none, gzip, snappy, lz4 or zstd"),
          Map.entry("--offset", "a number of at least 0, earliest or latest"),
          Map.entry("--from-time", "a time like 2026-11-21T10:00:00Z"),
          Map.entry("--since", "how long ago, like 2h, or a time like 2026-11-21T10:00:00Z"),
          Map.entry("--replicas", "the numbers of brokers with commas between, like 1,2,4"),
          Map.entry("--max-wait", "a length of time, like 30s, 15m, 2h or 7d"),
          Map.entry("--add-voter", "ID@HOST:PORT"),
          Map.entry("--decommission", A_NODE),
          Map.entry("--drain", A_NODE),
          Map.entry("--remove-voter", A_NODE));

  private OptionWords() {}

  /** The sentence for a person. */
  static String of(ParameterException e) {
    return switch (e) {
      case MissingParameterException missing -> missing(missing);
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is given twice";
      default -> wrongValue(e).orElseGet(() -> String.valueOf(e.getMessage()));
    };
  }

  /** {@code --partitions wants a whole number, 1 to 10,000; got "x"}. */
  static String wants(String option, String got) {
    return option + " wants " + WANTED.getOrDefault(option, "a value") + "; got \"" + got + "\"";
  }

  private static Optional<String> wrongValue(ParameterException e) {
    ArgSpec option = e.getArgSpec();
    if (option == null || e.getValue() == null) {
      return Optional.empty();
    }
    String name = name(option);
    return Optional.of(
        option.arity().max() == 0
            ? name + " takes no value; got \"" + e.getValue() + "\""
            : wants(name, e.getValue()));
  }

  private static String missing(MissingParameterException e) {
    List<ArgSpec> missing = e.getMissing();
    if (missing.isEmpty()) {
      return String.valueOf(e.getMessage());
    }
    ArgSpec first = missing.getFirst();
    CommandLine line = e.getCommandLine();
    return String.valueOf(e.getMessage()).startsWith("Missing required option")
        ? line.getCommandName() + " needs " + name(first) + " " + first.paramLabel()
        : name(first) + " wants " + WANTED.getOrDefault(name(first), "a value") + "; got none";
  }

  private static String name(ArgSpec spec) {
    return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
  }
}
