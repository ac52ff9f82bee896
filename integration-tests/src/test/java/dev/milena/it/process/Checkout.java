package dev.milena.it.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project stands. */
public final class Checkout {
  private Checkout() {}

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
