package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps what the nodes of a failed test said: {@code target/said/CLASS.TEST} has each node's
 * standard output and errors, since the folder that they were written to goes with the test. JUnit
 * makes it, by its name in META-INF/services.
 *
 * <p>Thread: those of tests, one test after the other in a process.
 */
public final class KeptWords implements BeforeEachCallback, AfterTestExecutionCallback {
  private static final Path KEPT = Path.of("target", "said");

  private static final List<Path> SAID = new ArrayList<>();

  /** For JUnit. */
  public KeptWords() {}

  /** A file that a node of the present test writes what it says to. */
  public static void note(Path file) {
    synchronized (SAID) {
      SAID.add(file);
    }
  }

  /** Nodes that a test starts in its own set-up count for it: this comes before. */
  @Override
  public void beforeEach(ExtensionContext context) {
    synchronized (SAID) {
      SAID.removeIf(Files::notExists);
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws IOException {
    if (context.getExecutionException().isEmpty()) {
      return;
    }
    Path folder =
        KEPT.resolve(
            context.getRequiredTestClass().getSimpleName()
                + "."
                + context.getRequiredTestMethod().getName());
    Files.createDirectories(folder);
    synchronized (SAID) {
      for (Path said : SAID) {
        if (Files.exists(said)) {
          Path of = said.getParent();
          Files.copy(
              said,
              folder.resolve((of == null ? "" : of.getFileName() + "-") + said.getFileName()),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    System.err.println("what the nodes said is kept in " + folder.toAbsolutePath());
  }
}
