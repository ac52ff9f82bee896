package dev.milena.cli;

import dev.milena.client.ClusterDetails;
import dev.milena.client.MilenaClient;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl cluster --describe}: the brokers, and which are up. */
@Command(
    name = "cluster",
    description = "Shows the brokers: where they are, and which are up.",
    customSynopsis = "kafkactl cluster --describe",
    optionListHeading = "%nOptions:%n")
final class ClusterCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Kafkactl tool;

  @Option(names = "--describe", description = "Show the brokers of the cluster.")
  private boolean describe;

  @Override
  public Integer call() {
    if (!describe) {
      throw CommandFailed.usage("cluster takes --describe");
    }
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      ClusterDetails cluster = client.admin().describeCluster();
      DataOut out = new DataOut(parent.surroundings().out());
      out.put(parent.wantsJson() ? Listing.clusterJson(cluster) : Listing.clusterLines(cluster));
      out.flush();
    }
    return ExitCode.DONE;
  }
}
