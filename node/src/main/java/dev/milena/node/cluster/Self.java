package dev.milena.node.cluster;

import dev.milena.node.directory.DiskRoom;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.NodeDescription;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumStage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * This node.
 *
 * @param clusterId 22 characters
 * @param room of the disks under the log directories
 */
public record Self(int nodeId, String clusterId, List<Path> logDirectories, DiskRoom room) {
  /** Other nodes wait a second for an answer, so it is given before with what is known. */
  private static final long WAIT_MS = 500;

  /** Copies the list. */
  public Self {
    logDirectories = List.copyOf(logDirectories);
  }

  /**
   * Its log directories as they are now, in their order; waits for half a second at most. One that
   * cannot be asked, or does not answer, is left out: whoever looks sees a directory less than
   * there should be.
   */
  public List<DiskSpace> disks() {
    SortedMap<Path, DiskRoom.Room> rooms = room.look(logDirectories, WAIT_MS);
    return logDirectories.stream()
        .flatMap(at -> Optional.ofNullable(rooms.get(at)).map(room -> space(at, room)).stream())
        .toList();
  }

  /**
   * What it says to others of itself; waits as {@link #disks} does.
   *
   * @param member of the quorum, if it has one
   */
  public NodeDescription describe(Optional<QuorumServer> member) {
    boolean stranger = member.filter(own -> own.stage() == QuorumStage.STRANGER).isPresent();
    return new NodeDescription(disks(), stranger);
  }

  private static DiskSpace space(Path directory, DiskRoom.Room room) {
    return new DiskSpace(directory.toString(), room.sizeBytes(), room.freeBytes());
  }
}
