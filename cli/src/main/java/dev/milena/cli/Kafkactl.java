package dev.milena.cli;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The tool: understands its arguments, runs one command, and ends with its exit code. */
@Command(
    name = "kafkactl",
    description = {
      "Creates topics, writes and reads records, and looks after a Milena cluster.",
      "",
      "Data goes to standard output, talk to standard error."
    },
    versionProvider = ToolVersion.class,
    subcommands = {
      TopicsCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      ClusterCommand.class,
      QuorumCommand.class,
      AuditCommand.class,
      GroupsCommand.class
    },
    subcommandsRepeatable = false,
    commandListHeading = "%nCommands (kafkactl COMMAND --help says more):%n",
    optionListHeading = "%nOptions of all commands:%n",
    synopsisHeading = "Usage: ",
    abbreviateSynopsis = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the cluster said no",
      "2:wrong usage",
      "3:no broker could be reached"
    })
public final class Kafkactl implements Runnable {
  private static final String DEFAULT_BOOTSTRAP = "localhost:9092";
  private static final String BOOTSTRAP_VARIABLE = "KAFKACTL_BOOTSTRAP_SERVER";
  private static final int MAX_TIMEOUT_MS = 300_000;

  /** Of a terminal as it comes: a longer line would be broken inside a word. */
  private static final int HELP_WIDTH = 80;

  /** The commands that may run long and move much, by both their names. */
  private static final Set<String> CARRIES_RECORDS =
      Set.of("produce", "consume", "kafka-console-producer.sh", "kafka-console-consumer.sh");

  /** Kept here: a logger that nobody holds forgets its level. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private final Surroundings surroundings;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT[,...]",
      scope = ScopeType.INHERIT,
      description =
          "Brokers to begin with (default: KAFKACTL_BOOTSTRAP_SERVER, else localhost:9092).")
  private @Nullable String bootstrap;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      scope = ScopeType.INHERIT,
      description = "Listings as lines with tabs, or as one JSON document (default: table).")
  private OutputForm output = OutputForm.table;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "The same as --output json.")
  private boolean json;

  @Option(
      names = "--timeout-ms",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "How long to wait for the cluster's answer to one call (default: 15000).")
  private int timeoutMs = 15_000;

  // picocli looks at these two
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable")
  @Option(
      names = "--version",
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show the version.")
  private boolean version;

  Kafkactl(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** How listings are written; the names are what the user types. */
  enum OutputForm {
    table,
    json
  }

  /** Runs one command. */
  public static void main(String[] args) {
    List<String> typed = Arrays.asList(args);
    startQuickly(typed);
    System.exit(new Kafkactl(Surroundings.ofProcess()).run(typed));
  }

  /** Leaves out what a process of a third of a second does not live to use. */
  private static void startQuickly(List<String> typed) {
    // two dozen classes less to load, for events that nobody records of so short a life
    System.setProperty("io.netty.jfr.enabled", "false");
    // part of a connection's name in logs; Netty would ask every network interface for an address
    System.setProperty("io.netty.machineId", "00:00:00:00:00:00:00:01");
    // unpacking and linking the native transport costs more than a few calls take over Java's own
    if (Collections.disjoint(typed, CARRIES_RECORDS)) {
      System.setProperty("io.netty.transport.noNative", "true");
    }
  }

  /** Runs one command and says how it ended; see {@link ExitCode}. */
  int run(List<String> typed) {
    // what it would say about failed connections, we say ourselves, in words for users
    GRPC_LOG.setLevel(Level.OFF);
    try {
      List<String> args = new FamiliarNames(surroundings).translate(typed);
      return commandLine().execute(args.toArray(String[]::new));
    } catch (CommandFailed e) {
      surroundings.say("kafkactl: " + e.getMessage());
      return e.exitCode();
    }
  }

  private CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    line.setExpandAtFiles(false);
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler(
        (e, args) -> ErrorReport.usage(e, List.of(args), surroundings));
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> ErrorReport.failure(e, serversHint(), surroundings));
    return line;
  }

  @Override
  public void run() {
    throw CommandFailed.usage(
        "say what to do: kafkactl topics --list, for one; kafkactl --help lists all");
  }

  Surroundings surroundings() {
    return surroundings;
  }

  boolean wantsJson() {
    return json || output == OutputForm.json;
  }

  /** How long one call may take, in milliseconds. */
  int timeoutMs() {
    if (timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
      throw CommandFailed.usage(OptionWords.wants("--timeout-ms", Integer.toString(timeoutMs)));
    }
    return timeoutMs;
  }

  private Optional<String> fromEnvironment() {
    return Optional.ofNullable(surroundings.environment().get(BOOTSTRAP_VARIABLE));
  }

  /** What to do when no broker answered depends on who named them. */
  private String serversHint() {
    if (bootstrap == null && fromEnvironment().isEmpty()) {
      return "Start one with bin/milena dev, or name another with --bootstrap-server HOST:PORT.";
    }
    String by = bootstrap == null ? BOOTSTRAP_VARIABLE : "--bootstrap-server";
    return "That is all that " + by + " names; start a broker there, or name others.";
  }

  /** A client for the brokers that the user named; the caller closes it. */
  MilenaClient client() {
    String addresses =
        Optional.ofNullable(bootstrap).or(this::fromEnvironment).orElse(DEFAULT_BOOTSTRAP);
    try {
      return MilenaClient.connect(
          ClientSettings.of(addresses).withRequestTimeoutMs(timeoutMs()).withClientId("kafkactl"));
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage("--bootstrap-server: " + e.getMessage());
    }
  }
}
