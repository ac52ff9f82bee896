package dev.milena.metadata.codec;

import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataRecord.VotersNoted;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import dev.milena.proto.peer.v1.NoteVotersCommand;
import dev.milena.proto.peer.v1.VoterRow;
import dev.milena.proto.peer.v1.VotersNotedRecord;
import dev.milena.proto.peer.v1.VotersRow;
import java.util.List;

/** The quorum's voters as protobuf messages. */
final class VoterMessages {
  private VoterMessages() {}

  static NoteVotersCommand of(NoteVoters note) {
    return NoteVotersCommand.newBuilder()
        .setConfigurationIndex(note.configurationIndex())
        .addAllVoters(rows(note.voters()))
        .build();
  }

  static NoteVoters note(NoteVotersCommand message) {
    return new NoteVoters(message.getConfigurationIndex(), voters(message.getVotersList()));
  }

  static VotersNotedRecord of(VotersNoted noted) {
    return VotersNotedRecord.newBuilder()
        .setVoters(of(noted.voters()))
        .addAllAdded(rows(noted.added()))
        .addAllRemoved(rows(noted.removed()))
        .build();
  }

  static VotersNoted noted(VotersNotedRecord message) {
    return new VotersNoted(
        image(message.getVoters()),
        voters(message.getAddedList()),
        voters(message.getRemovedList()));
  }

  static VotersRow of(VotersImage image) {
    return VotersRow.newBuilder()
        .setConfigurationIndex(image.configurationIndex())
        .addAllVoters(rows(image.voters()))
        .build();
  }

  static VotersImage image(VotersRow row) {
    return new VotersImage(row.getConfigurationIndex(), voters(row.getVotersList()));
  }

  private static List<VoterRow> rows(List<VoterImage> voters) {
    return voters.stream()
        .map(voter ->
            VoterRow.newBuilder()
                .setNodeId(voter.nodeId())
                .setDirectory(voter.directory())
                .setHost(voter.host())
                .setPort(voter.port())
                .build())
        .toList();
  }

  private static List<VoterImage> voters(List<VoterRow> rows) {
    return rows.stream()
        .map(row ->
            new VoterImage(row.getNodeId(), row.getDirectory(), row.getHost(), row.getPort()))
        .toList();
  }
}
