package dev.milena.broker.core;

import java.util.List;

/** The answer to a {@link RecordsCall}. */
public sealed interface RecordsOutcome {
  /**
   * One share for each partition, in ascending order. With a named partition there is one.
   *
   * @param shares at least one
   */
  record Shared(List<Share> shares) implements RecordsOutcome {
    /** Copies the list. */
    public Shared {
      shares = List.copyOf(shares);
    }
  }

  /** Nothing was stored, and the request as a whole is why. */
  record RecordsRefused(Refusal refusal) implements RecordsOutcome {
    /** Says so to programs. */
    public RecordsRefused {
      refusal = refusal.nothingStored();
    }
  }

  /**
   * What became of the records of one partition.
   *
   * @param partition where they went
   * @param recordCount how many
   * @param recordIndexes which records of the call, from 0, in the order of their offsets; empty
   *     when the call named its partition: then all
   * @param outcome how it went
   */
  record Share(int partition, int recordCount, List<Integer> recordIndexes, PartOutcome outcome) {
    /** Copies the list. */
    public Share {
      recordIndexes = List.copyOf(recordIndexes);
    }
  }
}
