package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many files a process may have open: what {@code prlimit} says of it. Linux. */
public record OpenFiles(long pid) {
  /** Of a process that runs. */
  public static OpenFiles of(long pid) {
    return new OpenFiles(pid);
  }

  /** From now on so many more than it has. */
  public void allow(int more) throws IOException, InterruptedException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      set(Long.toString(open.count() + more));
    }
  }

  /** As many as whoever started it had it have at most. */
  public void allowAll() throws IOException, InterruptedException {
    String line =
        Files.readAllLines(Path.of("/proc/" + pid + "/limits")).stream()
            .filter(limit -> limit.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    set(line.split(" +")[4]);
  }

  private void set(String files) throws IOException, InterruptedException {
    Tool.run(
            List.of("prlimit", "--pid", Long.toString(pid), "--nofile=" + files + ":"),
            Map.of(),
            Path.of("/dev/null"))
        .expecting(0);
  }
}
