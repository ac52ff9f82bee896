package dev.milena.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.milena.client.ClusterNodes;
import dev.milena.client.NodeDetails;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the nodes of the cluster look like: lines with tabs, or one JSON document. */
final class ClusterListing {
  private static final String NONE = "none";

  private ClusterListing() {}

  static String nodes(ClusterNodes cluster) {
    StringBuilder text = new StringBuilder();
    text.append("Cluster: ").append(cluster.clusterId());
    text.append("\tNodes: ").append(cluster.nodes().size());
    text.append("\tQuorumLeader: ");
    text.append(cluster.quorumLeader().isPresent() ? "" + cluster.quorumLeader().getAsInt() : NONE);
    text.append("\tAnsweredBy: ").append(cluster.answeredBy()).append('\n');
    for (NodeDetails node : cluster.nodes()) {
      text.append("\tNode: ").append(node.id());
      text.append("\tAddress: ").append(node.address());
      text.append("\tRoles: ").append(String.join(",", roles(node)));
      text.append("\tQuorum: ").append(part(cluster, node));
      text.append("\tRack: ").append(node.rack().orElse(NONE));
      text.append("\tState: ").append(state(node));
      text.append("\tUpSince: ").append(upSince(node).orElse("-"));
      text.append("\tVersion: ").append(node.version().isEmpty() ? "unknown" : node.version());
      text.append('\n').append(directories(node));
    }
    return text.toString();
  }

  private static String directories(NodeDetails node) {
    if (node.logDirectories().isEmpty()) {
      return "\t\tLogDirs: unknown, the node did not answer\n";
    }
    StringBuilder text = new StringBuilder();
    for (NodeDetails.LogDirectory at : node.logDirectories().get()) {
      text.append("\t\tLogDir: ").append(at.path());
      text.append("\tDiskUsed: ").append(size(at.totalBytes() - at.freeBytes()));
      text.append("\tDiskFree: ").append(size(at.freeBytes())).append('\n');
    }
    return text.toString();
  }

  private static List<String> roles(NodeDetails node) {
    return node.quorumAddress().isPresent() ? List.of("broker", "controller") : List.of("broker");
  }

  private static String part(ClusterNodes cluster, NodeDetails node) {
    return switch (node.standing().vote()) {
      case NONE -> "no vote";
      case EMPTIED -> "emptied";
      case VOTER -> cluster.quorumLeader().orElse(-1) == node.id() ? "leader" : "voter";
    };
  }

  /** What an operator has to know of it first: who drains a node waits for the end. */
  private static String state(NodeDetails node) {
    boolean draining =
        node.standing().draining() && node.standing().state() == NodeDetails.State.UP;
    return draining ? "draining" : plain(node);
  }

  private static String plain(NodeDetails node) {
    return node.standing().state().name().toLowerCase(Locale.ROOT);
  }

  /** Of a node that is not up nothing: when it was up last is another question. */
  private static Optional<String> upSince(NodeDetails node) {
    long atMs = node.standing().upSinceMs();
    return switch (node.standing().state()) {
      case FENCED, UNKNOWN -> Optional.empty();
      case UP, STOPPING ->
          atMs == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(atMs).toString());
    };
  }

  /** What needs a person, a sentence each. */
  static List<String> troubles(ClusterNodes cluster) {
    List<String> troubles = new ArrayList<>();
    if (cluster.quorumLeader().isEmpty()) {
      troubles.add(
          "node %s knows of no leader of the quorum: nobody is fenced or let in meanwhile, and who does not answer may be down; kafkactl quorum --describe shows which voters answer"
              .formatted(cluster.answeredBy()));
    }
    cluster.nodes().stream()
        .filter(node -> node.standing().vote() == NodeDetails.Vote.EMPTIED)
        .map(node ->
            QuorumListing.emptied(node.id(), node.quorumAddress().orElse("its quorum listener")))
        .forEach(troubles::add);
    return troubles;
  }

  /** In the largest unit that leaves a number of at least 1. */
  static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  static String goneJson(int brokerId) {
    return Listing.document(json -> {
      json.writeStringField("done", "decommissioned");
      json.writeNumberField("broker", brokerId);
    });
  }

  static String nodesJson(ClusterNodes cluster) {
    return Listing.document(json -> {
      json.writeStringField("clusterId", cluster.clusterId());
      json.writeNumberField("answeredBy", cluster.answeredBy());
      if (cluster.quorumLeader().isPresent()) {
        json.writeNumberField("quorumLeader", cluster.quorumLeader().getAsInt());
      } else {
        json.writeNullField("quorumLeader");
      }
      json.writeArrayFieldStart("nodes");
      for (NodeDetails node : cluster.nodes()) {
        json.writeStartObject();
        writeNode(node, json);
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static void writeNode(NodeDetails node, JsonGenerator json) throws IOException {
    json.writeNumberField("id", node.id());
    json.writeStringField("host", node.address().host());
    json.writeNumberField("port", node.address().port());
    json.writeFieldName("roles");
    String[] roles = roles(node).toArray(String[]::new);
    json.writeArray(roles, 0, roles.length);
    writeOptional("rack", node.rack(), json);
    json.writeStringField("state", plain(node));
    json.writeBooleanField("draining", node.standing().draining());
    writeOptional("upSince", upSince(node), json);
    json.writeStringField("version", node.version());
    json.writeBooleanField("voter", node.standing().voter());
    json.writeBooleanField("emptied", node.standing().vote() == NodeDetails.Vote.EMPTIED);
    writeOptional("quorumAddress", node.quorumAddress(), json);
    if (node.logDirectories().isEmpty()) {
      json.writeNullField("logDirs");
      return;
    }
    json.writeArrayFieldStart("logDirs");
    for (NodeDetails.LogDirectory at : node.logDirectories().get()) {
      json.writeStartObject();
      json.writeStringField("path", at.path());
      json.writeNumberField("totalBytes", at.totalBytes());
      json.writeNumberField("freeBytes", at.freeBytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeOptional(String name, Optional<String> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }
}
