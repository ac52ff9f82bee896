package dev.milena.node;

import dev.milena.log.disk.JdkDisk;
import dev.milena.node.directory.DataDirectories;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.settings.ClusterMembership;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.NodeSettings;
import dev.milena.quorum.ratis.ContradictingVoters;
import dev.milena.quorum.ratis.ForeignStorage;
import dev.milena.quorum.ratis.QuorumEvents;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumSettings;
import dev.milena.quorum.ratis.QuorumTuning;
import dev.milena.quorum.ratis.StoodStill;
import dev.milena.quorum.ratis.WithoutMember;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Constructs this node's member of the quorum. */
final class QuorumWiring {
  private QuorumWiring() {}

  /**
   * Starts the member, or says why it cannot be started.
   *
   * @param clusterId as meta.properties has it
   * @param advertised where clients reach this node
   * @param events told of the member's leadership
   * @param cannotGoOn told when the member can no longer be trusted
   */
  static QuorumServer start(
      NodeSettings settings,
      String clusterId,
      Endpoint advertised,
      QuorumEvents events,
      StartedParts parts,
      Consumer<CannotStart> cannotGoOn)
      throws CannotStart {
    Path folder = settings.directories().metadata().resolve(DataDirectories.QUORUM);
    try {
      // The member syncs what it makes in it, and not the folder's own name.
      new JdkDisk().createDirectories(folder);
      QuorumServer member =
          QuorumServer.start(
              quorumSettings(settings, clusterId, advertised, folder),
              (what, cause) -> cannotGoOn.accept(broken(what, cause)),
              events);
      parts.add("quorum", member::close);
      return member;
    } catch (ContradictingVoters e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } catch (ForeignStorage e) {
      throw new CannotStart(ExitCode.STORAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw explained(settings, folder, e);
    }
  }

  /**
   * Says why this node cannot go without a member, if it cannot.
   *
   * @param clusterId as meta.properties has it
   */
  static void refuseVoter(NodeSettings settings, String clusterId) throws CannotStart {
    Path folder = settings.directories().metadata().resolve(DataDirectories.QUORUM);
    try {
      WithoutMember.check(
          new QuorumSettings(
              clusterId,
              settings.nodeId(),
              List.of(),
              new QuorumSettings.Listen(settings.quorum().host(), settings.quorum().port(), ""),
              folder,
              QuorumTuning.DEFAULT));
    } catch (ContradictingVoters e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } catch (ForeignStorage e) {
      throw new CannotStart(ExitCode.STORAGE, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw explained(settings, folder, e);
    }
  }

  private static QuorumSettings quorumSettings(
      NodeSettings settings, String clusterId, Endpoint advertised, Path folder) {
    return new QuorumSettings(
        clusterId,
        settings.nodeId(),
        voters(settings),
        new QuorumSettings.Listen(
            settings.quorum().host(), settings.quorum().port(), advertised.toString()),
        folder,
        QuorumTuning.DEFAULT
            .withJournalRetentionBytes(settings.directories().journalRetentionBytes())
            .withStallMs(settings.directories().stallMs()));
  }

  private static List<Voter> voters(NodeSettings settings) {
    List<Voter> voters = new ArrayList<>();
    for (ClusterMembership.Voter named : settings.membership().voters()) {
      voters.add(new Voter(named.id(), named.address().host(), named.address().port()));
    }
    return settings.membership().isAlone(settings.nodeId())
        ? List.of(alone(settings.nodeId(), settings.quorum()))
        : List.copyOf(voters);
  }

  /** A voter alone never dials itself, so any address of this machine will do. */
  private static Voter alone(int nodeId, Endpoint quorum) {
    return new Voter(nodeId, quorum.isEverywhere() ? "127.0.0.1" : quorum.host(), quorum.port());
  }

  /** Why a member ends the process while it runs. */
  static CannotStart broken(String what, Throwable cause) {
    ExitCode code =
        switch (cause) {
          case ContradictingVoters _ -> ExitCode.SETTING;
          case StoodStill _ -> ExitCode.ENVIRONMENT;
          default -> ExitCode.ofFailure(cause);
        };
    return new CannotStart(code, what, cause);
  }

  /** Ratis wraps what happened in what it was doing then; the innermost cause is what to tell. */
  private static CannotStart explained(NodeSettings settings, Path folder, IOException e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    if (innermost instanceof BindException) {
      return new CannotStart(
          ExitCode.ENVIRONMENT,
          "cannot listen on %s (quorum): %s; choose another port with %s"
              .formatted(
                  settings.quorum(),
                  innermost.getMessage(),
                  settings.names().port(SettingNames.Listener.QUORUM)),
          e);
    }
    return new CannotStart(
        ExitCode.STORAGE,
        "the quorum's data in %s cannot be used: %s; %s"
            .formatted(folder, innermost.getMessage(), remedy(folder)),
        e);
  }

  private static String remedy(Path folder) {
    try {
      long freeBytes = Files.getFileStore(folder).getUsableSpace();
      return freeBytes < QuorumServer.MIN_FREE_BYTES
          ? "its disk has %s MiB left and a start needs %s: free some space there"
              .formatted(freeBytes >> 20, QuorumServer.MIN_FREE_BYTES >> 20)
          : "look what the disk reports";
    } catch (IOException noAnswer) {
      return "and its disk does not answer: " + noAnswer.getMessage();
    }
  }
}
