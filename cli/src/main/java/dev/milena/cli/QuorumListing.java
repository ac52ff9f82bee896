package dev.milena.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.milena.client.QuorumDetails;
import dev.milena.client.QuorumDetails.VoterState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the quorum looks like: lines with tabs, or one JSON document. */
final class QuorumListing {
  private static final String NONE = "none";

  private QuorumListing() {}

  /** What needs a person, a sentence each: nobody leads; voters are silent, or were emptied. */
  static List<String> troubles(QuorumDetails quorum) {
    List<String> troubles = new ArrayList<>();
    if (quorum.leader().isEmpty()) {
      troubles.add(leaderless(quorum));
    }
    quorum.voters().stream()
        .filter(voter -> voter.standing().state() == VoterState.EMPTIED)
        .map(voter -> emptied(voter.id(), voter.address()))
        .forEach(troubles::add);
    return troubles;
  }

  private static String leaderless(QuorumDetails quorum) {
    String silent =
        quorum.voters().stream()
            .filter(voter -> voter.standing().state() == VoterState.SILENT)
            .map(QuorumListing::silent)
            .collect(Collectors.joining("; "));
    String who = "node " + quorum.answeredBy();
    if (quorum.voters().isEmpty()) {
      return "%s knows neither a leader of the quorum nor its voters; ask a node that votes"
          .formatted(who);
    }
    boolean formed = quorum.voters().stream().anyMatch(voter -> !voter.directoryId().isEmpty());
    String wanted =
        formed || quorum.log().end() >= 0
            ? "the quorum has no leader that %s knows of: %s of its %s voters must answer"
                .formatted(who, quorum.voters().size() / 2 + 1, quorum.voters().size())
            : "the quorum is not formed yet, as far as %s knows: every voter of controller.quorum.voters is needed once"
                .formatted(who);
    return silent.isEmpty()
        ? wanted + "; none is silent: look again in a few seconds"
        : wanted + "; silent: " + silent;
  }

  private static String silent(QuorumDetails.Voter voter) {
    String name = voter.id() + "@" + voter.address();
    return voter.standing().why().isEmpty()
        ? name
        : "%s (%s)".formatted(name, voter.standing().why());
  }

  /** What is to be done about a voter that lost its disk. */
  static String emptied(int id, String address) {
    return "node %s is up without the directory that votes, and has no vote; kafkactl quorum --add-voter %s@%s gives it its vote back"
        .formatted(id, id, address);
  }

  static String quorum(QuorumDetails quorum) {
    StringBuilder text = new StringBuilder();
    text.append("LeaderId: ");
    text.append(quorum.leader().isPresent() ? "" + quorum.leader().getAsInt() : NONE);
    text.append("\tTerm: ").append(quorum.term());
    text.append("\tLogStart: ").append(orNone(quorum.log().start()));
    text.append("\tLogEnd: ").append(orNone(quorum.log().end()));
    text.append("\tCommitted: ").append(orNone(quorum.log().committed()));
    text.append("\tSnapshot: ").append(orNone(quorum.log().snapshot()));
    text.append("\tAnsweredBy: ").append(quorum.answeredBy()).append('\n');
    for (QuorumDetails.Voter voter : quorum.voters()) {
      text.append("\tVoter: ").append(voter.id()).append('@').append(voter.address());
      text.append("\tDirectoryId: ");
      text.append(voter.directoryId().isEmpty() ? NONE : voter.directoryId());
      text.append("\tLogEnd: ").append(orUnknown(voter.logEnd()));
      text.append("\tLag: ").append(orUnknown(voter.lagEntries()));
      text.append("\tSilentMs: ").append(orUnknown(voter.silentMs()));
      text.append("\tStatus: ").append(status(voter));
      text.append('\n');
    }
    return text.toString();
  }

  /** As Kafka's tool writes a voter's status. */
  private static String status(QuorumDetails.Voter voter) {
    return switch (voter.standing().state()) {
      case LEADER -> "Leader";
      case FOLLOWER -> "Follower";
      case ANSWERING -> "Answers";
      case SILENT -> "Silent";
      case EMPTIED -> "Emptied";
      case UNKNOWN -> "unknown";
    };
  }

  private static String orNone(long index) {
    return index < 0 ? NONE : Long.toString(index);
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

  static String votersJson(String done, int id, List<QuorumDetails.Voter> voters) {
    return Listing.document(json -> {
      json.writeStringField("done", done);
      json.writeNumberField("voter", id);
      writeVoters(voters, json);
    });
  }

  static String quorumJson(QuorumDetails quorum) {
    return Listing.document(json -> {
      if (quorum.leader().isPresent()) {
        json.writeNumberField("leader", quorum.leader().getAsInt());
      } else {
        json.writeNullField("leader");
      }
      json.writeNumberField("answeredBy", quorum.answeredBy());
      json.writeNumberField("term", quorum.term());
      Listing.writeKnown(json, "logStart", quorum.log().start());
      Listing.writeKnown(json, "logEnd", quorum.log().end());
      Listing.writeKnown(json, "committed", quorum.log().committed());
      Listing.writeKnown(json, "snapshot", quorum.log().snapshot());
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
      Listing.writeKnown(json, "logEnd", voter.logEnd());
      Listing.writeKnown(json, "lag", voter.lagEntries());
      Listing.writeKnown(json, "silentMs", voter.silentMs());
      json.writeStringField("status", status(voter).toLowerCase(Locale.ROOT));
      json.writeStringField("why", voter.standing().why());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
