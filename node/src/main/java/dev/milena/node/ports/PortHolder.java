package dev.milena.node.ports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The process that listens on a port, found as ss does: /proc/net/tcp tells the socket's inode, and
 * /proc/PID/fd who holds it open. Only Linux has it, and only one's own processes can be looked
 * into; elsewhere nothing is found.
 *
 * @param pid the process
 * @param program what it runs, in a few words; empty when that cannot be seen
 */
public record PortHolder(long pid, String program) {
  private static final String LISTENING = "0A";
  private static final int STATE_FIELD = 3;
  private static final int INODE_FIELD = 9;

  /** Looks for who listens on a TCP port. */
  public static Optional<PortHolder> find(int port) {
    return find(Path.of("/proc"), port);
  }

  static Optional<PortHolder> find(Path proc, int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : lines(proc.resolve(table))) {
        socket(line, port).ifPresent(sockets::add);
      }
    }
    return sockets.isEmpty() ? Optional.empty() : holder(proc, sockets);
  }

  /** The socket of a line of /proc/net/tcp if it listens on the port, as /proc/PID/fd shows it. */
  private static Optional<String> socket(String line, int port) {
    String[] fields = line.strip().split("\\s+");
    String suffix = ":" + String.format(Locale.ROOT, "%04X", port);
    return fields.length > INODE_FIELD
            && fields[STATE_FIELD].equals(LISTENING)
            && fields[1].endsWith(suffix)
        ? Optional.of("socket:[" + fields[INODE_FIELD] + "]")
        : Optional.empty();
  }

  private static Optional<PortHolder> holder(Path proc, Set<String> sockets) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          return Optional.of(
              new PortHolder(Long.parseLong(process.getFileName().toString()), program(process)));
        }
      }
    } catch (IOException | DirectoryIteratorException noProcessesToLookAt) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.isSymbolicLink(file)
            && sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException notOursOrGone) {
      return false;
    }
    return false;
  }

  private static String program(Path process) {
    try {
      byte[] line = Files.readAllBytes(process.resolve("cmdline"));
      return ProgramName.of(List.of(new String(line, StandardCharsets.UTF_8).split("\0")));
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  /** Words that follow "taken by". */
  @Override
  public String toString() {
    return "process " + pid + (program.isEmpty() ? "" : " (" + program + ")");
  }
}
