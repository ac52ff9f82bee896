package dev.milena.quorum.grpc;

import java.util.List;

/**
 * What a node has, as it says itself.
 *
 * @param disks its log directories, in their order
 * @param stranger it has a member of the quorum, which has neither a vote nor a log
 */
public record NodeDescription(List<DiskSpace> disks, boolean stranger) {
  /** Of a node that says nothing. */
  public static final NodeDescription NONE = new NodeDescription(List.of(), false);

  /** Copies the list. */
  public NodeDescription {
    disks = List.copyOf(disks);
  }
}
