package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A user without a name or a home, of this test alone, who may have so many threads at a time and
 * no more, over all his processes. Wants root, as limits of threads do not hold for it; {@link
 * #close} kills what he runs.
 */
public final class LimitedUser implements AutoCloseable {
  private static final int THREADS = 600;
  private static final long FIRST_ID = 60_000_000;

  /** Takes all the threads that are left, says so, and keeps them. */
  private static final String GREEDY =
      "$| = 1; while (1) { my $p = fork(); last unless defined $p; if (!$p) { sleep 600; exit } }"
          + " print qq(none left\\n);"
          + " while (1) { my $p = fork(); if (defined $p && !$p) { sleep 600; exit } select(undef, undef, undef, 0.05) }";

  private final String id = Long.toString(FIRST_ID + ProcessHandle.current().pid());

  /** Skips the test where there can be none who reads this checkout. */
  public static LimitedUser assumePossible() throws IOException, InterruptedException {
    LimitedUser user = new LimitedUser();
    List<String> reads = user.command(List.of("test", "-x", Checkout.script("milena").toString()));
    try {
      if (Tool.run(reads, Map.of(), Path.of("/dev/null")).exitCode() != 0) {
        throw Missing.needs("root, and a checkout that other users can read");
      }
    } catch (IOException noTool) {
      throw Missing.needs("apt-get install util-linux");
    }
    return user;
  }

  /** His, to write in. */
  public void own(Path folder) throws IOException, InterruptedException {
    Tool.run(List.of("chown", id, folder.toString()), Map.of(), Path.of("/dev/null")).expecting(0);
  }

  /** The same command, run by him; becomes it by exec. */
  public List<String> command(List<String> words) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"));
    all.addAll(List.of("prlimit", "--nproc=" + THREADS));
    all.addAll(words);
    return all;
  }

  /** From now on none of his processes gets another thread. */
  public void exhaust() throws IOException {
    Process greedy =
        new ProcessBuilder(command(List.of("perl", "-e", GREEDY)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (greedy.inputReader().readLine() == null) {
      throw new AssertionError("there was no end of threads");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("pkill", "-KILL", "-U", id).start();
    if (!kill.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("pkill hangs");
    }
  }
}
