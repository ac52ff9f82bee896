package dev.milena.cli;

import dev.milena.client.Admin;
import dev.milena.client.ClusterNodes;
import dev.milena.client.MilenaClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kafkactl cluster}: the nodes, draining one, and taking one out for good. */
@Command(
    name = "cluster",
    description =
        "Shows the nodes of the cluster, drains one of its replicas, and forgets one that is gone for good.",
    synopsisHeading = "Usage:%n",
    customSynopsis = {
      "  kafkactl cluster --describe [--json]",
      "  kafkactl cluster --drain ID [--no-wait | --max-wait 2h]",
      "  kafkactl cluster --drain ID --cancel",
      "  kafkactl cluster --decommission ID"
    },
    optionListHeading = "%nOptions:%n")
final class ClusterCommand implements Callable<Integer> {
  private static final String CANCEL = "--cancel";

  @ParentCommand private @Nullable Kafkactl tool;

  @Option(
      names = "--describe",
      description =
          "Show the nodes: where they are, which are up, who leads the quorum, their disks.")
  private boolean describe;

  @Option(
      names = "--drain",
      paramLabel = "ID",
      description = "Move all replicas of a broker to others; it gets no new ones from then on.")
  private @Nullable Integer drain;

  @Option(
      names = CANCEL,
      description =
          "With --drain: call back what moves away from the broker, and place new replicas there again.")
  private boolean cancel;

  @Option(
      names = "--decommission",
      paramLabel = "ID",
      description = "Forget a broker that is down, votes no more and holds no replica.")
  private @Nullable Integer decommission;

  @Mixin private WaitOptions wait = new WaitOptions();

  @Override
  public Integer call() {
    refuseMisplaced();
    Kafkactl parent = Objects.requireNonNull(tool, "picocli sets the parent");
    try (MilenaClient client = parent.client()) {
      DataOut out = new DataOut(parent.surroundings().out());
      if (describe) {
        describe(client.admin(), parent, out);
      } else if (drain != null) {
        BrokerDrain drained = new BrokerDrain(client.admin(), parent, out, drain);
        if (cancel) {
          drained.callBack();
        } else {
          drained.run(wait);
        }
      } else if (decommission != null) {
        decommission(client.admin(), decommission, parent.wantsJson(), out);
      }
      out.flush();
    }
    return ExitCode.DONE;
  }

  private void refuseMisplaced() {
    List<String> asked = new ArrayList<>();
    TopicActions.addIf(describe, "--describe", asked);
    TopicActions.addIf(drain != null, "--drain", asked);
    TopicActions.addIf(decommission != null, "--decommission", asked);
    if (asked.size() != 1) {
      throw CommandFailed.usage(
          "cluster takes one of --describe, --drain ID and --decommission ID, got "
              + (asked.isEmpty() ? "none" : String.join(" and ", asked)));
    }
    List<String> misplaced = new ArrayList<>();
    TopicActions.addIf(cancel && drain == null, CANCEL, misplaced);
    if (drain == null || cancel) {
      misplaced.addAll(wait.given());
    }
    if (!misplaced.isEmpty()) {
      throw CommandFailed.usage(
          "%s does not go with %s"
              .formatted(misplaced.getFirst(), cancel ? CANCEL : asked.getFirst()));
    }
    wait.check();
  }

  private static void describe(Admin admin, Kafkactl parent, DataOut out) {
    ClusterNodes nodes = admin.describeNodes();
    out.put(parent.wantsJson() ? ClusterListing.nodesJson(nodes) : ClusterListing.nodes(nodes));
    out.flush();
    ClusterListing.troubles(nodes).forEach(one -> parent.surroundings().say("kafkactl: " + one));
  }

  private static void decommission(Admin admin, int id, boolean json, DataOut out) {
    admin.decommission(id);
    out.put(json ? ClusterListing.goneJson(id) : "Decommissioned broker " + id + ".\n");
  }
}
