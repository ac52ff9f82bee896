package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.ListedVoters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at a start that the settings list other voters than the quorum has. Voters change by
 * command, so a list of before is no error once a quorum is formed.
 */
final class VoterListNotice {
  private static final Logger log = LoggerFactory.getLogger(VoterListNotice.class);

  private VoterListNotice() {}

  static void give(QuorumSettings settings, Formation voters) {
    ListedVoters.difference(settings.voters(), voters)
        .ifPresent(both ->
            log.atWarn()
                .addKeyValue("node", settings.nodeId())
                .log(
                    "{}: the quorum's hold; correct the list: it forms no quorum any more, but a voter that comes back asks the nodes in it too",
                    both));
  }
}
