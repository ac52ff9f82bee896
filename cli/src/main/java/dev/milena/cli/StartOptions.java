package dev.milena.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of consume that say where reading begins; checked by the command. */
final class StartOptions {
  @Option(names = "--from-beginning", description = "Begin at the first record still kept.")
  private boolean fromBeginning;

  @Option(
      names = "--offset",
      paramLabel = "N",
      description = "Begin at this offset of --partition P, at earliest, or at latest.")
  private @Nullable String offset;

  @Option(
      names = "--from-time",
      paramLabel = "TIME",
      description = "Begin at the first record of this time or later: 2026-11-21T10:00:00Z.")
  private @Nullable String fromTime;

  @Option(names = "--partition", paramLabel = "P", description = "One partition, not all.")
  private @Nullable Integer partition;

  boolean fromBeginning() {
    return fromBeginning;
  }

  @Nullable String offset() {
    return offset;
  }

  @Nullable String fromTime() {
    return fromTime;
  }

  @Nullable Integer partition() {
    return partition;
  }
}
