package dev.milena.log;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A folder holds another log than the one it is called by: somebody has renamed it, or swapped two.
 * Nothing of it is lost, and nothing in it may be read, changed or deleted under this name.
 */
public final class MisnamedLog extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Names both.
   *
   * @param folder as it is called
   * @param holds the log that it holds
   */
  MisnamedLog(Path folder, String holds) {
    super(folder + " is the folder of log " + holds + ", renamed; call it so again");
  }
}
