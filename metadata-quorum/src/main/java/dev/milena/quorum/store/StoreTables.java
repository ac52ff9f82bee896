package dev.milena.quorum.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.Status;

/**
 * Tells whether RocksDB's files are still what was written, before a snapshot vouches for them.
 * They never change: one that an earlier snapshot shares with the store must have the same sum, and
 * a new one is read once with RocksDB's own checksums.
 */
final class StoreTables {
  /** The end of their names. */
  static final String SUFFIX = ".sst";

  private final Map<String, SnapshotManifest.Part> known = new HashMap<>();

  private StoreTables() {}

  /** With what these snapshots say; one whose manifest cannot be read says nothing. */
  static StoreTables knownFrom(List<SnapshotFiles.Named> snapshots) throws IOException {
    StoreTables tables = new StoreTables();
    for (SnapshotFiles.Named snapshot : snapshots) {
      Path manifest = snapshot.path().resolve(SnapshotManifest.FILE_NAME);
      if (Files.isRegularFile(manifest)) {
        tables.learn(Files.readString(manifest));
      }
    }
    return tables;
  }

  private void learn(String manifest) {
    try {
      for (SnapshotManifest.Part part : SnapshotManifest.read(manifest).files()) {
        if (part.name().endsWith(SUFFIX)) {
          known.putIfAbsent(part.name(), part);
        }
      }
    } catch (StoreFailure unreadable) {
      // it is set aside when it is opened; here it only knows nothing
      return;
    }
  }

  /**
   * Checks a file of the store.
   *
   * @param now what it is now
   * @throws StoreDamage when it was written otherwise
   * @throws IOException when it cannot be read now, which says nothing of it
   */
  void require(Path file, SnapshotManifest.Part now) throws IOException {
    if (!now.name().endsWith(SUFFIX)) {
      return;
    }
    SnapshotManifest.Part before = known.get(now.name());
    if (before == null) {
      read(file, now.name());
    } else if (!before.equals(now)) {
      throw new StoreDamage(
          "%s has %s bytes with the sum %08x, written were %s with %08x"
              .formatted(
                  now.name(), now.sizeBytes(), now.crc32c(), before.sizeBytes(), before.crc32c()));
    }
  }

  private static void read(Path file, String name) throws IOException {
    try (Options options = new Options();
        SstFileReader reader = new SstFileReader(options)) {
      reader.open(file.toString());
      reader.verifyChecksum();
    } catch (RocksDBException wrong) {
      String why = name + ": " + wrong.getMessage();
      if (wrong.getStatus() != null && wrong.getStatus().getCode() == Status.Code.Corruption) {
        throw new StoreDamage(why, wrong);
      }
      throw new IOException(why, wrong);
    }
  }
}
