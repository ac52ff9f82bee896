package dev.milena.node.directory;

import dev.milena.log.LogDirectory;
import dev.milena.log.disk.Disk;
import dev.milena.node.directory.DirectoryIdentity.MalformedIdentity;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.quorum.ratis.UnusedFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The few files that a start itself reads and writes in one data directory. */
final class DirectoryFiles {
  /** What may be in a directory that nobody's data is in yet. */
  private static final List<String> NOBODYS = List.of(DirectoryLock.FILE, "lost+found");

  /**
   * What a start leaves behind whose node was never part of a cluster; what is in those of
   * milena.quorum and the log directory is looked at. What is not known counts as something.
   */
  private static final Set<String> NOTHING_YET =
      Set.of(
          DirectoryLock.FILE,
          "lost+found",
          DirectoryIdentity.FILE,
          "." + DirectoryIdentity.FILE,
          SecretFile.FILE,
          "." + SecretFile.FILE,
          DataDirectories.QUORUM,
          "milena.lock",
          "milena.directory",
          "milena.checkpoint",
          "milena.reserve",
          "milena.clean");

  /**
   * What a process that ends while it writes one of these leaves beside it; it counts as little.
   */
  private static final String HALF_WRITTEN = ".tmp";

  /** Enough to notice a full disk; file systems may take a few bytes even then. */
  private static final int PROBE_BYTES = 64 * 1024;

  private final Path directory;
  private final SettingNames names;
  private final FolderSync sync;

  /** Makes the names in a folder survive a power cut. */
  @FunctionalInterface
  interface FolderSync {
    void sync(Path folder) throws IOException;
  }

  /**
   * Touches nothing yet.
   *
   * @param names what to call the setting that names another directory
   */
  DirectoryFiles(Path directory, SettingNames names) {
    this(directory, names, DirectoryFiles::syncFolder);
  }

  DirectoryFiles(Path directory, SettingNames names, FolderSync sync) {
    this.directory = directory;
    this.names = names;
    this.sync = sync;
  }

  /** Makes the directory if need be, takes its lock, and finds out whether it can be written. */
  DirectoryLock prepareAndLock() throws CannotStart {
    try {
      Files.createDirectories(directory);
      DirectoryLock lock = DirectoryLock.take(directory, names);
      boolean usable = false;
      try {
        probe();
        usable = true;
        return lock;
      } finally {
        if (!usable) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Whose the directory is; empty when it is new. */
  Optional<DirectoryIdentity> identity() throws CannotStart {
    Path file = directory.resolve(DirectoryIdentity.FILE);
    try {
      return Optional.of(DirectoryIdentity.parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      refuseForeignFiles();
      return Optional.empty();
    } catch (MalformedIdentity e) {
      throw new CannotStart(
          ExitCode.STORAGE,
          "%s %s; name another directory with %s, or put the right file back"
              .formatted(file, e.getMessage(), names.dataDirectory()),
          e);
    } catch (IOException e) {
      throw new CannotStart(
          ExitCode.STORAGE, "%s cannot be read: %s".formatted(file, reason(e)), e);
    }
  }

  /**
   * Whether nothing is in it yet: no quorum was formed, no log begun, no broker registered. A
   * broker that is registered has left its run's id in it.
   */
  boolean holdsNothing(Disk disk) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!NOTHING_YET.contains(
            name.endsWith(HALF_WRITTEN)
                ? name.substring(0, name.length() - HALF_WRITTEN.length())
                : name)) {
          return false;
        }
      }
      return UnusedFolder.is(directory.resolve(DataDirectories.QUORUM))
          && LogDirectory.isUnused(disk, directory);
    } catch (IOException e) {
      // whoever reads it later says what is wrong with it
      return false;
    }
  }

  /** Writes whose it is; on the disk when this returns, with all it lies in. */
  void write(DirectoryIdentity identity) throws CannotStart {
    Path fresh = directory.resolve("." + DirectoryIdentity.FILE);
    try {
      syncAbove();
      force(fresh, StandardCharsets.UTF_8.encode(identity.text()));
      Files.move(fresh, directory.resolve(DirectoryIdentity.FILE), StandardCopyOption.ATOMIC_MOVE);
      sync.sync(directory);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Syncs every folder above on the same device. Whoever made this one and those (this start, one
   * that was cut off, an operator) may not have, and a power cut would take with their names
   * whatever was synced in them.
   */
  private void syncAbove() throws IOException {
    Path at = directory.toRealPath();
    Path above = at.getParent();
    // Who may not read a folder cannot sync it; then it was hardly made by this user's start.
    while (above != null && device(above).equals(device(at)) && Files.isReadable(above)) {
      sync.sync(above);
      at = above;
      above = at.getParent();
    }
  }

  private static Object device(Path folder) throws IOException {
    return Files.getAttribute(folder, "unix:dev");
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A folder with files and no meta.properties is somebody's: their home, or a lost disk's. */
  private void refuseForeignFiles() throws CannotStart {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!NOBODYS.contains(name) && !name.equals("." + DirectoryIdentity.FILE)) {
          throw new CannotStart(
              ExitCode.STORAGE,
              "data directory %s holds %s and no %s, so it is not Milena's; name an empty directory with %s"
                  .formatted(directory, name, DirectoryIdentity.FILE, names.dataDirectory()));
        }
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void probe() throws IOException {
    Path file = directory.resolve(".write-probe");
    try {
      force(file, ByteBuffer.allocate(PROBE_BYTES));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void force(Path file, ByteBuffer bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private CannotStart unusable(IOException e) {
    String reason = reason(e);
    boolean full = reason.toLowerCase(Locale.ROOT).contains("no space left");
    String what =
        full
            ? "is on a full disk; free some space there and start again"
            : "cannot be used: %s; %sname another with %s"
                .formatted(reason, cure(e), names.dataDirectory());
    return new CannotStart(ExitCode.STORAGE, "data directory %s %s".formatted(directory, what), e);
  }

  private static String cure(IOException e) {
    return e instanceof AccessDeniedException
        ? "let " + System.getProperty("user.name") + " write there, or "
        : "";
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      // its message is the name alone
      case NoSuchFileException gone -> "there is no " + gone.getFile() + " and none can be made";
      case FileAlreadyExistsException file -> file.getFile() + " is a file";
      case NotDirectoryException file -> file.getFile() + " is not a directory";
      default -> String.valueOf(e.getMessage());
    };
  }
}
