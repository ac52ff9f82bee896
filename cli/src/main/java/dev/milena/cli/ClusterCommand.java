package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.ClusterNodes;
import dev.milena.client.MilenaClient;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl cluster}: the nodes, and taking one out for good. */
@Command(
    name = "cluster",
    description = "Shows the nodes of the cluster, and forgets one that is gone for good.",
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl cluster --describe [--json]",
      "  kafkactl cluster --decommission ID"
    },
    optionListHeading = "%nOptions:%n")
final class ClusterCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Kafkactl tool;

  @Option(
      names = "--describe",
      description =
          "Show the nodes: where they are, which are up, who leads the quorum, their disks.")
  private boolean describe;

  @Option(
      names = "--decommission",
      paramLabel = "ID",
      description = "Forget a broker that is down, votes no more and holds no replica.")
  private @Nullable Integer decommission;

  @Override
  public Integer call() {
    if (describe == (decommission != null)) {
      throw CommandFailed.usage("cluster takes one of --describe and --decommission ID");
    }
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      if (decommission == null) {
        ClusterNodes nodes = client.admin().describeNodes();
        out.put(parent.wantsJson() ? ClusterListing.nodesJson(nodes) : ClusterListing.nodes(nodes));
        out.flush();
        ClusterListing.troubles(nodes)
            .forEach(one -> parent.surroundings().say("kafkactl: " + one));
      } else {
        decommission(client.admin(), decommission, parent.wantsJson(), out);
      }
      out.flush();
    }
    return ExitCode.DONE;
  }

  private static void decommission(Admin admin, int id, boolean json, DataOut out) {
    admin.decommission(id);
    out.put(json ? ClusterListing.goneJson(id) : "Decommissioned broker " + id + ".\n");
  }
}
