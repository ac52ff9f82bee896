package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;

/**
 * When a broker goes, the roles of thousands of partitions change in one turn of a loop, and
 * whoever writes to them waits for that turn: a few are told of one by one, and of the others their
 * sum.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RoleSum {
  /** So many are told of one by one between two sums. */
  static final int FEW = 10;

  private int alone;
  private Counts counts = Counts.NONE;

  /** What a partition is here now. */
  enum Role {
    LED,
    FOLLOWED,
    WITHOUT_LEADER
  }

  /** How many partitions are here what. */
  record Counts(int led, int followed, int withoutLeader) {
    static final Counts NONE = new Counts(0, 0, 0);

    private Counts with(Role role) {
      return switch (role) {
        case LED -> new Counts(led + 1, followed, withoutLeader);
        case FOLLOWED -> new Counts(led, followed + 1, withoutLeader);
        case WITHOUT_LEADER -> new Counts(led, followed, withoutLeader + 1);
      };
    }
  }

  /** Whether a change is told of alone; else it is in the next sum. */
  synchronized boolean isTold(Role role) {
    if (alone < FEW) {
      alone++;
      return true;
    }
    counts = counts.with(role);
    return false;
  }

  /** At the end of a turn: what was not told of alone. */
  synchronized Optional<Counts> take() {
    alone = 0;
    Counts all = counts;
    counts = Counts.NONE;
    return all.equals(Counts.NONE) ? Optional.empty() : Optional.of(all);
  }
}
