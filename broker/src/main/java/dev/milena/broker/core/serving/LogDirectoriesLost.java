package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.DirectoryHealth;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** No log directory can be used any more; the message names each, and what is wrong with it. */
public final class LogDirectoriesLost extends IOException {
  private static final long serialVersionUID = 1L;

  LogDirectoriesLost(List<DirectoryHealth> directories) {
    super(
        directories.stream()
            .map(each -> "%s (%s)".formatted(each.root(), each.trouble()))
            .collect(Collectors.joining(", ")));
  }
}
