package dev.milena.cli;

import dev.milena.client.MilenaException;
import dev.milena.client.NoBrokerReachable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** Turns what went wrong into words on standard error and an exit code; never a stack trace. */
final class ErrorReport {
  private ErrorReport() {}

  /** The arguments make no sense. */
  static int usage(CommandLine.ParameterException e, List<String> args, Surroundings surroundings) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String message = OptionWords.of(e);
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
      message = unknown(unmatched.getUnmatched().getFirst(), e.getCommandLine());
    } else if (e instanceof CommandLine.MissingParameterException) {
      // a misspelt option is why another is missing
      message =
          misspelt(args, e.getCommandLine())
              .map(typed -> unknown(typed, e.getCommandLine()))
              .orElse(message);
    } else if (e.getCause() instanceof CommandFailed failed) {
      message = failed.getMessage();
    }
    surroundings.say("kafkactl: " + message);
    surroundings.say("Try " + command + " --help.");
    return ExitCode.USAGE;
  }

  private static Optional<String> misspelt(List<String> args, CommandLine line) {
    return args.stream()
        .filter(arg -> arg.startsWith("--"))
        .filter(arg -> line.getCommandSpec().findOption(arg.split("=", 2)[0]) == null)
        .findFirst();
  }

  private static String unknown(String typed, CommandLine line) {
    boolean option = typed.startsWith("-");
    List<String> known = new ArrayList<>();
    if (option) {
      line.getCommandSpec().options().stream()
          .filter(o -> !o.hidden())
          .forEach(o -> known.addAll(List.of(o.names())));
    } else {
      known.addAll(line.getSubcommands().keySet());
    }
    String name = typed.contains("=") ? typed.substring(0, typed.indexOf('=')) : typed;
    Optional<String> nearest =
        Nearest.to(name, known).or(() -> option ? Optional.empty() : undashed(name, line));
    return (option ? "unknown option " : "unknown word ")
        + name
        + nearest.map(n -> "; did you mean " + n + "?").orElse("");
  }

  /** {@code topics list}: what other tools take as a word is an option here. */
  private static Optional<String> undashed(String word, CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(o -> !o.hidden() && o.longestName().equals("--" + word))
        .map(o -> o.longestName())
        .findFirst();
  }

  /**
   * A command could not be carried out.
   *
   * @param servers where the addresses of brokers came from, for the case that none answered: a
   *     sentence with the next step
   */
  static int failure(Exception thrown, String servers, Surroundings surroundings) {
    return switch (thrown) {
      case CommandFailed failed -> {
        surroundings.say("kafkactl: " + failed.getMessage());
        yield failed.exitCode();
      }
      case NoBrokerReachable unreachable -> {
        surroundings.say("kafkactl: no broker could be reached");
        unreachable.attempts().forEach(attempt -> surroundings.say("  " + attempt));
        surroundings.say(servers);
        yield ExitCode.UNREACHABLE;
      }
      case MilenaException refused -> {
        surroundings.say("kafkactl: " + refused.getMessage());
        yield ExitCode.REFUSED;
      }
      // whoever read our output has enough
      case DataOut.ReaderGone _ -> ExitCode.DONE;
      default -> {
        surroundings.say("kafkactl: a fault of the tool itself: " + thrown);
        yield ExitCode.REFUSED;
      }
    };
  }
}
