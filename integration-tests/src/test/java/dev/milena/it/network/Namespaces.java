package dev.milena.it.network;

import dev.milena.it.process.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The namespaces behind {@link Hosts}, by way of {@code ip} and {@code iptables}. Their names carry
 * the process that made them, so that whoever comes later can tell what nobody owns any more.
 */
final class Namespaces {
  private static final Path FOLDER = Path.of("/run/netns");
  private static final Path FILES = Path.of("/etc/netns");
  private static final Pattern NAME = Pattern.compile("milena-(\\d+)-\\d+-(switch|\\d+)");
  private static final long END_SECONDS = 10;

  private static final Path CLEARING =
      Path.of(System.getProperty("java.io.tmpdir"), "milena-namespaces.lock");

  private final String prefix;
  private final String bridge;
  private final List<String> made = new ArrayList<>();

  private Namespaces(String prefix) {
    this.prefix = prefix;
    this.bridge = prefix + "switch";
  }

  /** Clears away what dead processes left, and makes the namespace of the bridge. */
  static Namespaces begin(int run) throws IOException, InterruptedException {
    clearLeftovers();
    Namespaces namespaces =
        new Namespaces("milena-" + ProcessHandle.current().pid() + "-" + run + "-");
    namespaces.make(namespaces.bridge);
    ip("-n", namespaces.bridge, "link", "add", "br0", "type", "bridge");
    ip("-n", namespaces.bridge, "link", "set", "br0", "up");
    return namespaces;
  }

  private void make(String namespace) throws IOException, InterruptedException {
    made.add(namespace);
    Path files = Files.createDirectories(FILES.resolve(namespace));
    // Nobody who looks for a hidden name shall wait for a DNS server that cannot be reached.
    Files.writeString(
        files.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n");
    Files.writeString(files.resolve("resolv.conf"), "");
    Files.writeString(files.resolve("hosts"), "127.0.0.1 localhost\n");
    ip("netns", "add", namespace);
  }

  /** Makes the namespace of one host, with a cable to the bridge. */
  String add(int number) throws IOException, InterruptedException {
    String namespace = prefix + number;
    make(namespace);
    String port = port(number);
    ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", port, "netns", bridge);
    ip("-n", bridge, "link", "set", port, "master", "br0", "up");
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "link", "set", "eth0", "up");
    return namespace;
  }

  static String port(int number) {
    return "port" + number;
  }

  /** The namespace in which all cables end. */
  String bridge() {
    return bridge;
  }

  /** Makes this the only address. */
  void address(String namespace, String address) throws IOException, InterruptedException {
    ip("-n", namespace, "address", "flush", "dev", "eth0");
    ip("-n", namespace, "address", "add", address + "/24", "dev", "eth0");
  }

  void setCable(int number, String upOrDown) throws IOException, InterruptedException {
    ip("-n", bridge, "link", "set", port(number), upOrDown);
  }

  /** Throws away what arrives from these addresses, and from no others; changes all at once. */
  void dropFrom(String namespace, List<String> addresses) throws IOException, InterruptedException {
    StringBuilder table = new StringBuilder("*filter\n:INPUT ACCEPT [0:0]\n");
    addresses.forEach(address -> table.append("-A INPUT -s %s -j DROP\n".formatted(address)));
    String restore = "printf %s \"$0\" | ip netns exec \"$1\" iptables-restore";
    run("sh", "-c", restore, table + "COMMIT\n", namespace);
  }

  /**
   * Writes the file that a namespace resolves names by. In place, since processes have this very
   * file mounted; and in one piece, the tail of a longer older text blanked, since they read it at
   * any time.
   */
  void writeNames(String namespace, String text) throws IOException {
    Path file = FILES.resolve(namespace).resolve("hosts");
    String padded = text + "\n".repeat((int) Math.max(0, Files.size(file) - text.length()));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(padded.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /**
   * Ends what runs in the namespaces, and deletes them; one that resists does not save the rest.
   */
  void end() throws IOException, InterruptedException {
    List<String> failed = new ArrayList<>();
    for (String namespace : made) {
      try {
        delete(namespace);
      } catch (IOException | AssertionError e) {
        failed.add(namespace + ": " + e.getMessage());
      }
    }
    made.clear();
    if (!failed.isEmpty()) {
      throw new AssertionError("not taken away: " + String.join("; ", failed));
    }
  }

  /** One process at a time: two would take the same away. */
  private static void clearLeftovers() throws IOException, InterruptedException {
    if (!Files.isDirectory(FOLDER)) {
      return;
    }
    try (FileChannel file =
            FileChannel.open(CLEARING, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock();
        DirectoryStream<Path> all = Files.newDirectoryStream(FOLDER)) {
      for (Path path : all) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          delete(name.group());
        }
      }
    }
  }

  private static void delete(String namespace) throws IOException, InterruptedException {
    if (Files.exists(FOLDER.resolve(namespace))) {
      endProcesses(namespace);
      ip("netns", "delete", namespace);
    }
    Path files = FILES.resolve(namespace);
    if (Files.isDirectory(files)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
        for (Path file : all) {
          Files.delete(file);
        }
      }
      Files.delete(files);
    }
  }

  /** In rounds: what is killed may just have started another. */
  private static void endProcesses(String namespace) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    List<ProcessHandle> running = processes(namespace);
    while (!running.isEmpty()) {
      running.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle process : running) {
        awaitEnd(process, end - System.nanoTime(), namespace);
      }
      running = processes(namespace);
    }
  }

  private static List<ProcessHandle> processes(String namespace)
      throws IOException, InterruptedException {
    return run("ip", "netns", "pids", namespace)
        .text()
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
        .toList();
  }

  private static void awaitEnd(ProcessHandle process, long nanos, String namespace)
      throws InterruptedException {
    try {
      process.onExit().get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("process " + process.pid() + " in " + namespace + " lives on", e);
    }
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private static Tool.Ended run(String... command) throws IOException, InterruptedException {
    Tool.Ended ended = Tool.run(List.of(command), Map.of(), Path.of("/dev/null"));
    if (ended.exitCode() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + ended.errors());
    }
    return ended;
  }
}
