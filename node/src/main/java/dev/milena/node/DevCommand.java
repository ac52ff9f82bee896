package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.SettingsCatalog;
import dev.milena.node.settings.SettingsReader;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code milena dev}: one node with a quorum of one, on this machine alone. */
@Command(
    name = "dev",
    description = "Runs one node with an embedded quorum of one, open to this machine alone.",
    mixinStandardHelpOptions = true,
    versionProvider = Milena.Version.class,
    exitCodeOnInvalidInput = 2)
final class DevCommand implements Callable<Integer> {
  private static final String HOST = "127.0.0.1";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data is kept (default: ./milena-data).")
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen on (default: 127.0.0.1).")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The clients' port, 0 for any free one (default: 9092).")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--quorum-port",
      paramLabel = "PORT",
      description = "The quorum's port, 0 for any free one (default: 9093).")
  private Optional<Integer> quorumPort = Optional.empty();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "The port of /livez, /readyz and /metrics, 0 for any free one (default: 9021).")
  private Optional<Integer> httpPort = Optional.empty();

  @Override
  public Integer call() throws CannotStart, InterruptedException {
    refuseNoPort("--port", port);
    refuseNoPort("--quorum-port", quorumPort);
    refuseNoPort("--http-port", httpPort);
    SettingsReader reader = new SettingsReader(SettingsCatalog.load(), SettingNames.OPTIONS);
    reader.takeEnvironment(System.getenv());
    takeOptions(reader);
    return NodeProcess.run(reader.read());
  }

  private static void refuseNoPort(String option, Optional<Integer> given) throws CannotStart {
    if (given.isPresent() && (given.get() < 0 || given.get() > Endpoint.MAX_PORT)) {
      throw new CannotStart(
          ExitCode.SETTING,
          option + " wants " + UsageWords.A_PORT + "; got \"" + given.get() + "\"");
    }
  }

  /** The options as the settings they stand for; what was not said is left to the defaults. */
  private void takeOptions(SettingsReader reader) throws CannotStart {
    if (data.isPresent()) {
      reader.take("--data", Map.of("log.dirs", data.get()));
    }
    takeListener(reader, "listeners", "--port", port, 9092);
    takeListener(reader, "quorum.listener", "--quorum-port", quorumPort, 9093);
    takeListener(reader, "http.listener", "--http-port", httpPort, 9021);
  }

  /** Who names a host alone means the usual port there. */
  private void takeListener(
      SettingsReader reader, String key, String option, Optional<Integer> given, int usual)
      throws CannotStart {
    if (given.isEmpty() && host.isEmpty()) {
      return;
    }
    String address = new Endpoint(host.orElse(HOST), given.orElse(usual)).toString();
    String source = given.isEmpty() ? "--host" : host.isPresent() ? "--host, " + option : option;
    reader.take(source, Map.of(key, address));
  }
}
