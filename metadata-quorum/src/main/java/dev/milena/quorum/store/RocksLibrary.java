package dev.milena.quorum.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;

/**
 * Loads RocksDB's native library, once for a process. By itself RocksDB unpacks it into the folder
 * for temporary files and leaves it to the end of the process to delete it: one that is killed left
 * 17 MB each time. The system needs its name no longer once it is loaded.
 */
final class RocksLibrary {
  private static boolean loaded;

  private RocksLibrary() {}

  /**
   * To be called before any other class of RocksDB is used; any thread.
   *
   * @throws IOException when it cannot be unpacked or loaded; no {@link StoreFailure}, for it says
   *     nothing of what is stored
   */
  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory("milena-rocksdb-");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
      } finally {
        delete(folder);
      }
      loaded = true;
    } catch (IOException | UnsatisfiedLinkError failure) {
      throw new IOException(
          "RocksDB's library cannot be loaded from %s: %s; it takes 17 MB there and has to be run from there; name another folder with -Djava.io.tmpdir=DIR in MILENA_JVM_OPTS"
              .formatted(System.getProperty("java.io.tmpdir"), failure.getMessage()),
          failure);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> unpacked;
    try (Stream<Path> files = Files.list(folder)) {
      unpacked = files.toList();
    }
    for (Path file : unpacked) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
