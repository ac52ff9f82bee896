package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of one process, set by a test while the process runs; the machine's own is never
 * touched, and what the process measures durations with goes on as it was. Wants libfaketime.
 */
public final class WrongClock {
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib64/faketime/libfaketime.so.1"));

  private final Path file;

  private WrongClock(Path file) {
    this.file = file;
  }

  /** Skips the test where there is no libfaketime. */
  public static void assumePossible() {
    if (library().isEmpty()) {
      throw Missing.needs("apt-get install libfaketime");
    }
  }

  private static Optional<Path> library() {
    return PLACES.stream().filter(Files::exists).findFirst();
  }

  /** One that is right as yet; what it says is kept in this file. */
  public static WrongClock right(Path file) throws IOException {
    WrongClock clock = new WrongClock(file);
    clock.set("+0s");
    return clock;
  }

  /** Sets it off from the machine's, such as {@code +10y} or {@code -1h}; whole at every moment. */
  public void set(String offset) throws IOException {
    Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), offset);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** For the environment of the process. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD",
        library().orElseThrow().toString(),
        "FAKETIME_TIMESTAMP_FILE",
        file.toString(),
        "FAKETIME_NO_CACHE",
        "1",
        "FAKETIME_DONT_FAKE_MONOTONIC",
        "1",
        // else waits with a deadline end at once: the C library of today counts those rightly
        "FAKETIME_FORCE_MONOTONIC_FIX",
        "0",
        "NO_FAKE_STAT",
        "1");
  }
}
