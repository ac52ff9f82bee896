package dev.milena.it.deploy;

import dev.milena.it.deploy.Dockerfile.Stage;
import dev.milena.it.network.Host;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import dev.milena.it.process.Tool.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A container of our image on one of several hosts: with the image's user, entry point and declared
 * environment, a root that cannot be written, and a volume that can.
 */
final class Container {
  /** What an engine mounts, so that names are found as on the host. */
  static final List<String> NAME_FILES = List.of("hosts", "resolv.conf", "nsswitch.conf");

  private static final String SETTINGS = "/etc/milena/node.properties";

  private final Image image;
  private final Host host;
  private final Path volume;
  private final List<String> binds;
  private final List<String> environment;

  private Container(Image image, Host host, Path volume, Map<String, String> environment) {
    this.image = image;
    this.host = host;
    this.volume = volume;
    this.binds = new ArrayList<>(image.machine());
    this.environment = new ArrayList<>(image.environment());
    environment.forEach((key, value) -> this.environment.add(key + "=" + value));
  }

  /**
   * A container that is yet to be started.
   *
   * @param volume a folder for its data; handed over to the image's user, as a volume is
   * @param environment what is declared when it is started
   */
  static Container on(Host host, Path volume, Map<String, String> environment)
      throws IOException, InterruptedException {
    Image image = Image.ours();
    Container container = new Container(image, host, volume, environment);
    Stage stage = image.dockerfile().image();
    Files.createDirectories(volume);
    List<String> handOver = List.of("chown", stage.last("USER").orElseThrow(), volume.toString());
    Tool.run(handOver, Map.of(), Path.of("/dev/null")).expecting(0);
    container.binds.add(volume + ":" + stage.last("VOLUME").orElseThrow());
    NAME_FILES.forEach(name -> container.binds.add("/etc/%s:/etc/%s:ro".formatted(name, name)));
    return container;
  }

  /** Mounts a file over the settings of the image. */
  Container settings(Path file) {
    binds.add(file + ":" + SETTINGS + ":ro");
    return this;
  }

  /** Starts the entry point; the process is the node's once it has become it. */
  NodeProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(entrypoint());
    command.addAll(List.of(arguments));
    return NodeProcess.exec(
        volume.resolveSibling(volume.getFileName() + "-said"), Map.of(), entered(command));
  }

  /** Runs another command in a container like this, as {@code kubectl exec} would. */
  Ended exec(String... command) throws IOException, InterruptedException {
    return Tool.run(entered(List.of(command)), Map.of(), Path.of("/dev/null"));
  }

  private List<String> entrypoint() {
    return Dockerfile.execForm(image.dockerfile().image().last("ENTRYPOINT").orElseThrow());
  }

  private List<String> entered(List<String> command) {
    Stage stage = image.dockerfile().image();
    List<String> clean = new ArrayList<>(List.of("env", "-i"));
    clean.addAll(environment);
    clean.addAll(command);
    List<String> all =
        Image.enter(
            image.root(),
            stage.last("USER").orElseThrow(),
            "ro",
            stage.last("WORKDIR").orElse("/"),
            binds,
            clean);
    return host.command(all.toArray(String[]::new));
  }
}
