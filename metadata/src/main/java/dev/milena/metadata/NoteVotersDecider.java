package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.NoteVoters;
import java.util.List;

/**
 * Decides {@link NoteVoters}: what is known already is accepted and changes nothing, and so is what
 * comes late, after a later configuration was noted. So a leader may note again whatever it is not
 * sure of.
 */
final class NoteVotersDecider {
  private NoteVotersDecider() {}

  static Decision decide(ClusterImage image, NoteVoters note) {
    VotersImage noted = image.voters();
    VotersImage now = new VotersImage(note.configurationIndex(), note.voters());
    boolean late = now.configurationIndex() <= noted.configurationIndex();
    boolean known = now.voters().isEmpty() || now.voters().equals(noted.voters());
    List<MetadataRecord> records =
        late || known
            ? List.of()
            : List.of(new MetadataRecord.VotersNoted(now, now.without(noted), noted.without(now)));
    return new Decision.Accepted(records, new MetadataReply.DoneReply());
  }
}
