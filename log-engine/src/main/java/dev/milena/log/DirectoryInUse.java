package dev.milena.log;

import java.io.IOException;
import java.nio.file.Path;

/** Another process, or another owner in this one, holds the directory. */
public final class DirectoryInUse extends IOException {
  private static final long serialVersionUID = 1L;

  DirectoryInUse(Path directory) {
    super(directory + " is in use by another process");
  }
}
