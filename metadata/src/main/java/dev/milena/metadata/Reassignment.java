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

  public boolean isUnderWay() {
    return !target.isEmpty();
  }
}
