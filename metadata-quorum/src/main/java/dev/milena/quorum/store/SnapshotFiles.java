package dev.milena.quorum.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of the store in one folder: each a RocksDB checkpoint and a manifest, in a folder
 * {@code cp-TERM-INDEX}.
 *
 * <p>A snapshot appears by a rename when all of it is on the disk, so what has the name is whole
 * unless the disk decayed; it is checked against its manifest before it is used all the same.
 */
public final class SnapshotFiles {
  private static final String PREFIX = "cp-";
  private static final String DAMAGED_PREFIX = "damaged-";

  private final Path folder;
  private final Path temporary;

  /**
   * One of them, not checked.
   *
   * @param path its folder
   */
  public record Named(long term, long index, Path path) {}

  /**
   * Snapshots in a folder, which need not exist yet.
   *
   * @param temporary where one is put together; in the same file system, and nobody else's
   */
  public SnapshotFiles(Path folder, Path temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /** Where something of this name lies in the snapshots' folder. */
  Path beside(String name) {
    return folder.resolve(name);
  }

  /** The snapshot up to this entry, whether there is one or not. */
  public Named named(long term, long index) {
    return named(folder, term, index);
  }

  /** The same in another folder of snapshots. */
  public static Named named(Path folder, long term, long index) {
    return new Named(term, index, folder.resolve(PREFIX + term + "-" + index));
  }

  /** The snapshots there are, newest first; folders of other names are left out. */
  public List<Named> list() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Named> found = new ArrayList<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        String[] words = path.getFileName().toString().split("-", -1);
        if (words.length == 3 && path.getFileName().toString().matches("cp-\\d{1,18}-\\d{1,18}")) {
          found.add(new Named(Long.parseLong(words[1]), Long.parseLong(words[2]), path));
        }
      }
    }
    found.sort(Comparator.comparingLong(Named::index).thenComparingLong(Named::term).reversed());
    return found;
  }

  /**
   * Takes a snapshot of the store as it is.
   *
   * @param term of the last applied entry
   * @param index of the last applied entry
   * @throws StoreDamage when the disk has changed what is in the store
   */
  public Named take(MetadataStore store, StoredPlace place, long term, long index)
      throws IOException {
    delete(temporary);
    store.checkpoint(temporary);
    List<SnapshotManifest.Part> parts = new ArrayList<>();
    StoreTables tables = StoreTables.knownFrom(list());
    for (Path file : files(temporary)) {
      SnapshotManifest.Part part = part(file);
      tables.require(file, part);
      parts.add(part);
      force(file);
    }
    SnapshotManifest manifest =
        new SnapshotManifest(term, index, place.stateHash(), place.rollingHash(), parts);
    Path manifestFile = temporary.resolve(SnapshotManifest.FILE_NAME);
    Files.writeString(manifestFile, manifest.write());
    force(manifestFile);
    force(temporary);
    Named named = named(term, index);
    Files.createDirectories(folder);
    delete(named.path());
    Files.move(temporary, named.path(), StandardCopyOption.ATOMIC_MOVE);
    force(folder);
    return named;
  }

  /**
   * Checks a snapshot's every byte, and puts all of it on the disk: one that came over the network
   * was written without fsync.
   *
   * @throws StoreFailure when it is not what its manifest says
   */
  public SnapshotManifest check(Named snapshot) throws IOException {
    Path manifestFile = snapshot.path().resolve(SnapshotManifest.FILE_NAME);
    if (!Files.isRegularFile(manifestFile)) {
      throw new StoreFailure("snapshot " + snapshot.path() + " has no manifest");
    }
    // noise that is no text is a manifest that is damaged, and not a file that cannot be read
    String text = new String(Files.readAllBytes(manifestFile), StandardCharsets.UTF_8);
    SnapshotManifest manifest = SnapshotManifest.read(text);
    require(snapshot, manifest);
    for (SnapshotManifest.Part whole : manifest.files()) {
      force(snapshot.path().resolve(whole.name()));
    }
    force(manifestFile);
    force(snapshot.path());
    // the folder of snapshots was renamed when this one was taken in
    force(folder);
    @Nullable Path group = folder.toAbsolutePath().getParent();
    if (group != null) {
      force(group);
    }
    return manifest;
  }

  /**
   * Checks every byte that a manifest tells of.
   *
   * @throws StoreFailure when a snapshot is not what this manifest says
   */
  public static void require(Named snapshot, SnapshotManifest manifest) throws IOException {
    if (manifest.term() != snapshot.term() || manifest.index() != snapshot.index()) {
      throw new StoreFailure("snapshot " + snapshot.path() + " has the manifest of another one");
    }
    for (SnapshotManifest.Part expected : manifest.files()) {
      Path file = snapshot.path().resolve(expected.name());
      if (!Files.isRegularFile(file) || !part(file).equals(expected)) {
        throw new StoreFailure(
            "snapshot file " + file + " is not what the manifest says: " + expected);
      }
    }
  }

  /** Makes the folder a working copy of a checked snapshot, sharing the files that never change. */
  public void cloneInto(Named snapshot, SnapshotManifest manifest, Path live) throws IOException {
    delete(live);
    Files.createDirectories(live);
    for (SnapshotManifest.Part part : manifest.files()) {
      Path from = snapshot.path().resolve(part.name());
      Path to = live.resolve(part.name());
      if (part.name().endsWith(StoreTables.SUFFIX)) {
        Files.createLink(to, from);
      } else {
        Files.copy(from, to);
      }
    }
  }

  /** Takes a damaged snapshot out of the way, for a person to look at. */
  public void setAside(Named snapshot) throws IOException {
    Path aside = folder.resolve(DAMAGED_PREFIX + snapshot.path().getFileName());
    delete(aside);
    Files.move(snapshot.path(), aside, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
  }

  /** The snapshots that were set aside. */
  public List<Path> damaged() throws IOException {
    return Files.isDirectory(folder)
        ? files(folder).stream()
            .filter(path -> path.getFileName().toString().startsWith(DAMAGED_PREFIX))
            .toList()
        : List.of();
  }

  /**
   * Deletes all but the newest so many, and what was set aside: called when a whole one was taken
   * since.
   */
  public void retain(int kept) throws IOException {
    List<Named> all = list();
    for (Named old : all.subList(Math.min(kept, all.size()), all.size())) {
      delete(old.path());
    }
    for (Path path : damaged()) {
      delete(path);
    }
  }

  /** The files of a snapshot with their manifest, sorted; what it takes to send it elsewhere. */
  public static List<Path> filesOf(Named snapshot) throws IOException {
    SnapshotManifest manifest =
        SnapshotManifest.read(
            Files.readString(snapshot.path().resolve(SnapshotManifest.FILE_NAME)));
    List<Path> files = new ArrayList<>();
    manifest.files().forEach(part -> files.add(snapshot.path().resolve(part.name())));
    files.add(snapshot.path().resolve(SnapshotManifest.FILE_NAME));
    return files;
  }

  /** Deletes a folder and all in it, if it exists. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    }
  }

  private static SnapshotManifest.Part part(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer) >= 0) {
        crc.update(buffer.flip());
        buffer.clear();
      }
      return new SnapshotManifest.Part(
          file.getFileName().toString(), channel.size(), (int) crc.getValue());
    }
  }

  /** Puts a file or the names in a folder on the disk. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
