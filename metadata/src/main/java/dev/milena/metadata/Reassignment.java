package dev.milena.metadata;

import java.util.List;

/**
 * A partition's move from some replicas to others while it is under way: the partition has both,
 * the target's first. It is over when all of the target are in sync.
 *
 * @param origin the replicas it had before, to which a cancelled move goes back; empty when none is
 *     under way
 * @param target the replicas it shall have, the preferred leader first; empty when none is under
 *     way
 */
public record Reassignment(List<Integer> origin, List<Integer> target) {
  public static final Reassignment NONE = new Reassignment(List.of(), List.of());

  public Reassignment {
    origin = List.copyOf(origin);
    target = List.copyOf(target);
  }

  /** Those that come to the partition by it, in the order of the target. */
  public List<Integer> adding() {
    return target.stream().filter(broker -> !origin.contains(broker)).toList();
  }

  /** Those that leave the partition when it is over. */
  public List<Integer> removing() {
    return origin.stream().filter(broker -> !target.contains(broker)).toList();
  }

  public boolean isUnderWay() {
    return !target.isEmpty();
  }
}
