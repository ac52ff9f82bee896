package dev.milena.node.directory;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.quorum.grpc.BrokerSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's secret in a data directory: two lines of text, for this user alone (mode 0600).
 *
 * <p>Every directory has the same one, so that the broker proves itself as long as one is left. One
 * that was lost, or never there, is replaced: then the broker cannot prove that it is the one that
 * is registered, and waits until that is fenced.
 */
final class SecretFile {
  static final String FILE = "milena.secret";

  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final String HEAD = "milena-secret 1";

  private final Path file;

  private SecretFile(Path directory) {
    this.file = directory.resolve(FILE);
  }

  /**
   * The secret that the first directory with one has; on the disk of all when this returns.
   *
   * @param fresh makes one where none is there
   */
  static BrokerSecret in(List<ClaimedDirectory> directories, Supplier<BrokerSecret> fresh)
      throws CannotStart {
    List<SecretFile> files =
        directories.stream().map(directory -> new SecretFile(directory.path())).toList();
    Optional<BrokerSecret> known = Optional.empty();
    for (SecretFile each : files) {
      known = known.isPresent() ? known : each.read();
    }
    BrokerSecret secret = known.orElseGet(fresh);
    String text = text(secret);
    for (SecretFile each : files) {
      each.keep(text);
    }
    return secret;
  }

  private static String text(BrokerSecret secret) {
    String bytes = Base64.getUrlEncoder().withoutPadding().encodeToString(secret.bytes());
    return HEAD + "\n" + bytes + "\n";
  }

  private Optional<BrokerSecret> read() throws CannotStart {
    Optional<BrokerSecret> secret = content().flatMap(SecretFile::parse);
    if (secret.isEmpty() && Files.exists(file)) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .log("is damaged and is replaced; the broker may have to wait until it is fenced");
    }
    return secret;
  }

  private Optional<String> content() throws CannotStart {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  private static Optional<BrokerSecret> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != 2 || !lines.getFirst().equals(HEAD)) {
      return Optional.empty();
    }
    try {
      return Optional.of(BrokerSecret.of(Base64.getUrlDecoder().decode(lines.getLast())));
    } catch (IllegalArgumentException damaged) {
      return Optional.empty();
    }
  }

  private void keep(String text) throws CannotStart {
    if (!content().equals(Optional.of(text))) {
      try {
        write(text);
      } catch (IOException e) {
        throw unusable("written", e);
      }
    }
  }

  /** It is nobody else's to read from its first byte on. */
  private void write(String text) throws IOException {
    Path fresh = file.resolveSibling("." + FILE);
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            forUserOnly())) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static FileAttribute<?>[] forUserOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private CannotStart unusable(String verb, IOException e) {
    return new CannotStart(
        ExitCode.STORAGE,
        "%s cannot be %s: %s; let %s read and write it, or remove it"
            .formatted(file, verb, e.getMessage(), System.getProperty("user.name")),
        e);
  }
}
