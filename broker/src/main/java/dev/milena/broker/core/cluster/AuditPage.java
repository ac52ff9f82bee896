package dev.milena.broker.core.cluster;

import dev.milena.metadata.CommandOrigin;
import java.util.List;
import java.util.OptionalLong;

/**
 * A page of the history, oldest change first.
 *
 * @param nextIndex where the next page begins; empty when this was the last
 * @param forgottenThrough changes up to this index are in the journal no more; -1: it is whole
 */
public record AuditPage(
    List<AuditedChange> changes, OptionalLong nextIndex, long forgottenThrough) {
  /** Copies the list. */
  public AuditPage {
    changes = List.copyOf(changes);
  }

  /**
   * All that one entry of the quorum's log changed.
   *
   * @param timeMs when, in milliseconds since 1970-01-01T00:00:00Z
   * @param origin who asked, from where, with what
   * @param what a sentence each
   */
  public record AuditedChange(long index, long timeMs, CommandOrigin origin, List<String> what) {
    /** Copies the list. */
    public AuditedChange {
      what = List.copyOf(what);
    }
  }
}
