package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.StartFacts;
import dev.milena.quorum.ratis.formation.StartRules;
import java.io.IOException;
import java.util.Optional;

/** A node that runs no member of the quorum, in whose folder one may have voted. */
public final class WithoutMember {
  private WithoutMember() {}

  /**
   * Looks at the folder, and changes nothing in it.
   *
   * @param settings as the member would have them
   * @throws ContradictingVoters when it is a voter's
   * @throws ForeignStorage when it is another node's or cluster's
   */
  public static void check(QuorumSettings settings) throws IOException {
    Optional<MemberFolder> found = MemberFolder.look(settings);
    if (found.isEmpty()) {
      return;
    }
    MemberFolder folder = found.get();
    Optional<String> why =
        StartRules.withoutMember(new StartFacts(folder.name(), settings.voters(), folder.disk()));
    if (why.isPresent()) {
      throw new ContradictingVoters(why.get());
    }
  }
}
