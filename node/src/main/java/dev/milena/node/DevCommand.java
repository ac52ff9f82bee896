package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.SettingsCatalog;
import dev.milena.node.settings.SettingsReader;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
      description = "The port of /livez and /readyz, 0 for any free one (default: 9021).")
  private Optional<Integer> httpPort = Optional.empty();

  @Override
  public Integer call() throws CannotStart, InterruptedException {
    refuseNoPort("--port", port);
    refuseNoPort("--quorum-port", quorumPort);
    refuseNoPort("--http-port", httpPort);
    SettingsReader reader = new SettingsReader(SettingsCatalog.load());
    reader.takeEnvironment(System.getenv()).take("the command line", options());
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
  private SortedMap<String, String> options() {
    SortedMap<String, String> settings = new TreeMap<>();
    data.ifPresent(directory -> settings.put("log.dirs", directory));
    put(settings, "listeners", port, 9092);
    put(settings, "quorum.listener", quorumPort, 9093);
    put(settings, "http.listener", httpPort, 9021);
    return settings;
  }

  private void put(
      SortedMap<String, String> settings, String key, Optional<Integer> option, int standard) {
    if (host.isPresent() || option.isPresent()) {
      settings.put(key, new Endpoint(host.orElse(HOST), option.orElse(standard)).toString());
    }
  }
}
