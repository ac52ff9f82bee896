package dev.milena.quorum.ratis;

import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import dev.milena.quorum.ratis.formation.Formation;
import java.util.List;
import java.util.Optional;

/** What the journal is to learn of who votes: the log's voters, where others are noted. Pure. */
final class VoterNotes {
  private VoterNotes() {}

  /**
   * What is to be noted.
   *
   * @param voters as the log has them
   * @param index of the log's entry that says so
   * @param noted what the journal knows
   */
  static Optional<NoteVoters> due(Formation voters, long index, VotersImage noted) {
    VotersImage now = new VotersImage(index, images(voters));
    return now.voters().equals(noted.voters())
        ? Optional.empty()
        : Optional.of(new NoteVoters(index, now.voters()));
  }

  private static List<VoterImage> images(Formation voters) {
    return voters.peers().stream()
        .map(peer ->
            new VoterImage(peer.name().nodeId(), peer.name().directory(), peer.host(), peer.port()))
        .toList();
  }
}
