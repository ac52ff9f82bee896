package dev.milena.it.nemesis;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Faults, one after another without an end, as a seed has them. Pure: the same seed and the same
 * kinds give the same faults.
 */
public final class FaultPlan {
  private static final int ONE_IN_HASTY = 4;

  private final SplittableRandom random;
  private final List<FaultKind> urn;
  private final int nodes;

  /**
   * A plan.
   *
   * @param kinds at least one; each comes as often as its weight says
   * @param nodes how many there are, at least two
   */
  public FaultPlan(long seed, Set<FaultKind> kinds, int nodes) {
    this.random = new SplittableRandom(seed);
    this.nodes = nodes;
    this.urn =
        List.of(FaultKind.values()).stream()
            .filter(kinds::contains)
            .flatMap(kind -> java.util.Collections.nCopies(kind.weight, kind).stream())
            .toList();
  }

  /** The next one. */
  public Fault next() {
    FaultKind kind = urn.get(random.nextInt(urn.size()));
    int node = 1 + random.nextInt(nodes);
    int other = 1 + (node - 1 + 1 + random.nextInt(nodes - 1)) % nodes;
    int lastsMs = random.nextInt(kind.leastMs, kind.mostMs + 1);
    boolean hasty = random.nextInt(ONE_IN_HASTY) == 0;
    return new Fault(kind, node, other, lastsMs, hasty);
  }
}
