package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What a member of the quorum must know to start.
 *
 * @param clusterId the same on all members; another one's data is refused
 * @param nodeId this member's id
 * @param voters of whom the quorum is formed, once; later changes are kept in the log itself. A
 *     node that is not among them, or has no such list, has no vote until a leader gives it one
 * @param listen where other members, and clients, reach this one
 * @param folder all its files; nobody else's
 */
public record QuorumSettings(
    String clusterId,
    int nodeId,
    List<Voter> voters,
    Listen listen,
    Path folder,
    QuorumTuning tuning) {
  private static final int MAX_PORT = 65_535;

  /**
   * Where a member is reached.
   *
   * @param host to listen on for other members
   * @param port 0: any free one, for a single voter only
   * @param clients HOST:PORT of its client port, told to nodes that have no vote; empty for none
   */
  public record Listen(String host, int port, String clients) {
    /**
     * HOST:PORT where others meet it, as far as the settings tell: one that listens everywhere, at
     * the host that clients are told.
     *
     * @param bound the port that it listens on
     */
    String metAt(int bound) {
      if (!VoterRules.isEverywhere(host)) {
        return "%s:%s".formatted(host.indexOf(':') >= 0 ? "[%s]".formatted(host) : host, bound);
      }
      int colon = clients.lastIndexOf(':');
      return "%s:%s".formatted(colon < 0 ? "HOST" : clients.substring(0, colon), bound);
    }
  }

  /** A member that tells nobody where clients reach it. */
  public QuorumSettings(
      String clusterId,
      int nodeId,
      List<Voter> voters,
      String listenHost,
      int listenPort,
      Path folder,
      QuorumTuning tuning) {
    this(clusterId, nodeId, voters, new Listen(listenHost, listenPort, ""), folder, tuning);
  }

  /**
   * Checks what can be checked without the disk.
   *
   * @throws IllegalArgumentException with a sentence for the person who wrote the settings
   */
  public QuorumSettings {
    voters = List.copyOf(voters);
    require(!clusterId.isBlank(), "the cluster id must not be empty");
    require(
        voters.stream().map(Voter::id).distinct().count() == voters.size(),
        "controller.quorum.voters names an id twice: " + voters);
    require(listen.port() >= 0 && listen.port() <= MAX_PORT, "the quorum port is 0 to 65535");
    require(
        listen.port() != 0 || voters.size() <= 1,
        "port 0 is for a single voter: the others could not find this one");
  }

  /** The same with another port. */
  QuorumSettings withListenPort(int port) {
    Listen other = new Listen(listen.host(), port, listen.clients());
    return new QuorumSettings(clusterId, nodeId, voters, other, folder, tuning);
  }

  /** Where to listen for other members. */
  String listenHost() {
    return listen.host();
  }

  /** 0: any free one. */
  int listenPort() {
    return listen.port();
  }

  /** The group of a cluster: members of another cluster are not listened to. */
  UUID groupId() {
    return UUID.nameUUIDFromBytes(("milena:" + clusterId).getBytes(StandardCharsets.UTF_8));
  }

  /** Ratis' own files: log, term and vote, snapshots. */
  Path raftFolder() {
    return folder.resolve("raft");
  }

  /** A folder that is never there. */
  Path hiddenFolder() {
    return folder.resolve("raft-not-to-be-opened-yet");
  }

  /** Where Ratis puts groups that were removed. */
  Path removedFolder() {
    return folder.resolve("raft-removed");
  }

  /** The open database; thrown away at every start. */
  Path liveFolder() {
    return folder.resolve("live");
  }

  /** Where a snapshot is put together. */
  Path temporaryFolder() {
    return folder.resolve("snapshot-being-taken");
  }

  /** The quorum that this node knows of. */
  Path formationFile() {
    return folder.resolve("formation");
  }

  /** How far the voters' logs have been. */
  Path reachedFile() {
    return folder.resolve("reached");
  }

  /** Whose files these are. */
  Path identityFile() {
    return folder.resolve("identity");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
