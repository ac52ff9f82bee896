package dev.milena.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.milena.client.ClusterNodes;
import dev.milena.client.NodeDetails;
import dev.milena.client.QuorumDetails;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the cluster and its quorum look like: lines with tabs, or one JSON document. */
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
    if (!node.standing().voter()) {
      return "no vote";
    }
    return cluster.quorumLeader().orElse(-1) == node.id() ? "leader" : "voter";
  }

  private static String state(NodeDetails node) {
    return node.standing().state().name().toLowerCase(Locale.ROOT);
  }

  /** Of a fenced node nothing: when it was up last is another question. */
  private static Optional<String> upSince(NodeDetails node) {
    long atMs = node.standing().upSinceMs();
    return atMs == 0 || node.standing().state() == NodeDetails.State.FENCED
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(atMs).toString());
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

  static String quorum(QuorumDetails quorum) {
    StringBuilder text = new StringBuilder();
    text.append("LeaderId: ").append(quorum.leader());
    text.append("\tTerm: ").append(quorum.term());
    text.append("\tLogStart: ").append(quorum.log().start());
    text.append("\tLogEnd: ").append(quorum.log().end());
    text.append("\tCommitted: ").append(quorum.log().committed());
    text.append("\tSnapshot: ");
    text.append(quorum.log().snapshot() < 0 ? NONE : "" + quorum.log().snapshot()).append('\n');
    for (QuorumDetails.Voter voter : quorum.voters()) {
      text.append("\tVoter: ").append(voter.id()).append('@').append(voter.address());
      text.append("\tDirectoryId: ");
      text.append(voter.directoryId().isEmpty() ? NONE : voter.directoryId());
      text.append("\tLogEnd: ").append(orUnknown(voter.logEnd()));
      text.append("\tLag: ").append(orUnknown(voter.lagEntries()));
      text.append("\tSilentMs: ").append(orUnknown(voter.silentMs()));
      text.append("\tStatus: ").append(voter.id() == quorum.leader() ? "Leader" : "Follower");
      text.append('\n');
    }
    return text.toString();
  }

  private static String orUnknown(long number) {
    return number < 0 ? "unknown" : Long.toString(number);
  }

  static String changed(String done, int id, List<QuorumDetails.Voter> voters) {
    return done
        + id
        + "; the voters are "
        + voters.stream().map(v -> v.id() + "@" + v.address()).collect(Collectors.joining(", "))
        + ".\n";
  }

  static String goneJson(int brokerId) {
    return Listing.document(json -> {
      json.writeStringField("done", "decommissioned");
      json.writeNumberField("broker", brokerId);
    });
  }

  static String votersJson(String done, int id, List<QuorumDetails.Voter> voters) {
    return Listing.document(json -> {
      json.writeStringField("done", done);
      json.writeNumberField("voter", id);
      writeVoters(voters, json);
    });
  }

  static String quorumJson(QuorumDetails quorum) {
    return Listing.document(json -> {
      json.writeNumberField("leader", quorum.leader());
      json.writeNumberField("term", quorum.term());
      json.writeNumberField("logStart", quorum.log().start());
      json.writeNumberField("logEnd", quorum.log().end());
      json.writeNumberField("committed", quorum.log().committed());
      json.writeNumberField("snapshot", quorum.log().snapshot());
      writeVoters(quorum.voters(), json);
    });
  }

  private static void writeVoters(List<QuorumDetails.Voter> voters, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("voters");
    for (QuorumDetails.Voter voter : voters) {
      json.writeStartObject();
      json.writeNumberField("id", voter.id());
      json.writeStringField("address", voter.address());
      json.writeStringField("directoryId", voter.directoryId());
      json.writeNumberField("logEnd", voter.logEnd());
      json.writeNumberField("lag", voter.lagEntries());
      json.writeNumberField("silentMs", voter.silentMs());
      json.writeEndObject();
    }
    json.writeEndArray();
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
    json.writeStringField("state", state(node));
    writeOptional("upSince", upSince(node), json);
    json.writeStringField("version", node.version());
    json.writeBooleanField("voter", node.standing().voter());
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
