package dev.milena.client;

import java.util.List;
import java.util.OptionalLong;

/**
 * A page of the history of metadata changes, oldest first.
 *
 * @param nextIndex where the next page begins; empty when this was the last
 * @param forgottenThrough changes up to this index are kept no more; -1: the history is whole
 */
public record ChangeHistory(List<Change> changes, OptionalLong nextIndex, long forgottenThrough) {
  /** Copies the list. */
  public ChangeHistory {
    changes = List.copyOf(changes);
  }

  /**
   * What is wanted of the history.
   *
   * @param topic name or id, of a living or a deleted topic; empty: changes of everything
   * @param sinceMs at or after this time, in milliseconds since 1970-01-01T00:00:00Z
   */
  public record Wanted(String topic, long sinceMs) {}

  /**
   * One change.
   *
   * @param index its place in the quorum's log
   * @param timeMs when, in milliseconds since 1970-01-01T00:00:00Z
   * @param principal who: the authenticated name, ANONYMOUS, or broker:ID for what a node does by
   *     itself
   * @param address HOST:PORT it came from; empty from inside
   * @param tool with what
   * @param what a sentence each
   */
  public record Change(
      long index, long timeMs, String principal, String address, String tool, List<String> what) {
    /** Copies the list. */
    public Change {
      what = List.copyOf(what);
    }
  }
}
