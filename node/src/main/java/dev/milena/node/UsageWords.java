package dev.milena.node;

import dev.milena.metadata.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, in words of whoever typed it. Pure. */
final class UsageWords {
  static final String A_PORT = "a port, 0 to 65,535, where 0 is any free one";

  private UsageWords() {}

  /** The sentence for a person. */
  static String of(ParameterException e) {
    return switch (e) {
      case UnmatchedArgumentException unmatched ->
          unknown(unmatched.getUnmatched().getFirst(), e.getCommandLine());
      case MissingParameterException missing -> missing(missing);
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is given twice";
      default ->
          e.getArgSpec() == null || e.getValue() == null
              ? String.valueOf(e.getMessage())
              : wants(e.getArgSpec()) + "; got \"" + e.getValue() + "\"";
    };
  }

  private static String unknown(String typed, CommandLine line) {
    boolean option = typed.startsWith("-");
    List<String> known = new ArrayList<>();
    if (option) {
      line.getCommandSpec().options().forEach(o -> known.addAll(List.of(o.names())));
    } else {
      known.addAll(line.getSubcommands().keySet());
    }
    String word = option ? typed.split("=", 2)[0] : typed;
    Optional<String> meant = NearestName.to(word, known);
    return (option ? "unknown option " : "unknown word ")
        + word
        + meant.map(near -> "; did you mean " + near + "?").orElse("");
  }

  private static String missing(MissingParameterException e) {
    List<ArgSpec> missing = e.getMissing();
    if (missing.isEmpty()) {
      return String.valueOf(e.getMessage());
    }
    ArgSpec first = missing.getFirst();
    return first.isOption()
        ? wants(first) + "; got none"
        : e.getCommandLine().getCommandName() + " needs " + first.paramLabel();
  }

  private static String wants(ArgSpec option) {
    if (option.arity().max() == 0) {
      return name(option) + " takes no value";
    }
    return name(option)
        + " wants "
        + switch (option.paramLabel()) {
          case "PORT" -> A_PORT;
          case "DIR" -> "a directory";
          case "HOST" -> "an address of this machine";
          default -> option.paramLabel();
        };
  }

  private static String name(ArgSpec spec) {
    return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
  }
}
