package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Where the project stands, and its scripts, ready to run. */
public final class Checkout {
  private static final long BUILD_MINUTES = 10;

  private Checkout() {}

  /**
   * A script of bin/. The first use builds what the scripts run, if Maven has not, and records the
   * start-up archive: that takes longer than any start may, so it is waited for here.
   */
  public static Path script(String name) {
    return Built.BIN.resolve(name);
  }

  private static final class Built {
    private static final Path BIN = build(root().resolve("bin"));

    private static Path build(Path bin) {
      try {
        Process process =
            new ProcessBuilder(bin.resolve("kafkactl").toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
          process.destroyForcibly();
          throw new AssertionError("bin/kafkactl --version did not build and answer");
        }
        Path archive = bin.resolveSibling("node/target/node.aot");
        if (!Files.exists(archive)) {
          // A user's build only says so; here it means that the recording or the rehearsal is
          // broken.
          throw new AssertionError("no " + archive + ": archive.log beside it says why");
        }
        return bin;
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("bin/kafkactl --version could not be run", e);
      }
    }
  }

  /** The folder of the root pom, found by walking up from where the tests run. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError("no mvnw above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
