package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.Optional;

/**
 * Decides how a member starts from what lies in its folder. Pure: facts in, a step out.
 *
 * <p>The log has the last word on who votes. The settings' list is for the first formation, and
 * later only compared, so that a node which was given another's list does not start.
 */
public final class StartRules {
  private StartRules() {}

  /** The first step of a start. */
  public static StartStep decide(StartFacts facts) {
    Optional<String> contradiction = contradiction(facts);
    if (contradiction.isPresent()) {
      return new StartStep.Refuse(contradiction.get());
    }
    StartFacts.Disk disk = facts.disk();
    Optional<Formation> own =
        disk.formation().filter(formation -> formation.contains(facts.self()));
    if (disk.hasLog()) {
      return new StartStep.Open(own.or(() -> unnamedDirectories(facts)));
    }
    if (disk.wasOpened()) {
      return new StartStep.Lost(
          "the quorum's log of %s is gone: put it back; or, if it is lost, delete the whole folder and let the other voters take this node in again"
              .formatted(facts.self()));
    }
    if (disk.formation().isPresent()) {
      return own.isPresent() ? new StartStep.Open(own) : new StartStep.Stranger();
    }
    if (!facts.isNamed()) {
      return new StartStep.Stranger();
    }
    if (facts.voters().size() > 1) {
      return new StartStep.Ask();
    }
    Voter self = facts.voters().getFirst();
    return new StartStep.Form(
        new Formation(List.of(new Peer(facts.self(), self.host(), self.port()))));
  }

  /** A folder from before names had directories holds the log of voters that have none either. */
  private static Optional<Formation> unnamedDirectories(StartFacts facts) {
    if (!facts.self().directory().isEmpty() || !facts.isNamed()) {
      return Optional.empty();
    }
    return Optional.of(
        new Formation(
            facts.voters().stream()
                .map(voter -> new Peer(new PeerName(voter.id(), ""), voter.host(), voter.port()))
                .toList()));
  }

  private static Optional<String> contradiction(StartFacts facts) {
    return votes(facts) && !facts.voters().isEmpty() && !facts.isNamed()
        ? Optional.of(
            "controller.quorum.voters is %s and does not name node %s, which is a voter by its own data: name it, or remove it with kafkactl quorum --remove-voter %s while it runs"
                .formatted(facts.voters(), facts.self().nodeId(), facts.self().nodeId()))
        : Optional.empty();
  }

  private static boolean votes(StartFacts facts) {
    StartFacts.Disk disk = facts.disk();
    Optional<Formation> configuration = disk.configuration().or(disk::formation);
    return configuration.filter(voters -> voters.contains(facts.self())).isPresent();
  }

  /**
   * Why a node must not run without its member. The others count on its vote: they would be one
   * failure closer to no quorum, and nobody would say so.
   */
  public static Optional<String> withoutMember(StartFacts facts) {
    return votes(facts)
        ? Optional.of(
            "process.roles is broker, and node %s is a voter by its own data: start it as broker,controller; to make it a broker alone, remove it with kafkactl quorum --remove-voter %s while it runs so, and stop it then"
                .formatted(facts.self().nodeId(), facts.self().nodeId()))
        : Optional.empty();
  }
}
