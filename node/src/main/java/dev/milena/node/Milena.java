package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.exit.OneLineErrors;
import dev.milena.quorum.ratis.NameLookups;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main class behind bin/milena. */
@Command(
    name = "milena",
    description = "The Milena server: an event log that speaks gRPC; Kafka's protocol comes later.",
    mixinStandardHelpOptions = true,
    versionProvider = Milena.Version.class,
    exitCodeOnInvalidInput = 2,
    exitCodeOnExecutionException = 4,
    subcommands = {DevCommand.class, StartCommand.class},
    footer = {
      "",
      "Exit codes: 0 stopped as asked; 1 the environment; 2 a setting; 3 storage;",
      "4 a bug in Milena.",
      "Every setting can also be given as MILENA_<KEY>; JVM flags go in MILENA_JVM_OPTS."
    })
public final class Milena implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command line and ends the process with its code. */
  public static void main(String[] arguments) {
    // Before any name is looked up: a node that comes back under another address must be found
    // soon.
    NameLookups.followChanges();
    PrintStream plainErrors =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.setErr(new OneLineErrors(new FileOutputStream(FileDescriptor.err)));
    int code = commandLine(plainErrors).execute(arguments);
    // Commands that run a node end the process themselves; this is for those that never got so far.
    System.exit(code);
  }

  static CommandLine commandLine(PrintStream errors) {
    return new CommandLine(new Milena())
        .setErr(new PrintWriter(errors, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, arguments) -> refuse(e))
        .setExecutionExceptionHandler((e, line, parsed) -> explain(e, line));
  }

  private static int refuse(ParameterException e) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("milena: " + UsageWords.of(e));
    line.getErr().println("Try " + line.getCommandSpec().qualifiedName() + " --help.");
    return ExitCode.SETTING.number();
  }

  /** The last frame: a sentence for the person, never a bare stack trace. */
  private static int explain(Exception e, CommandLine line) {
    if (e instanceof CannotStart refused) {
      line.getErr().println("milena: " + refused.sentence());
      return refused.code().number();
    }
    LoggerFactory.getLogger(Milena.class).error("a failure that is a bug", e);
    line.getErr()
        .println(
            "milena: ended by a failure that is a bug in it; the log above has the details: " + e);
    return ExitCode.BUG.number();
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to run: milena dev, or milena start FILE.properties");
  }

  /** Of this software, for people. */
  static String softwareVersion() {
    String version = Milena.class.getPackage().getImplementationVersion();
    return version == null ? "(built from sources)" : version;
  }

  /** What --version prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Milena " + softwareVersion()};
    }
  }
}
