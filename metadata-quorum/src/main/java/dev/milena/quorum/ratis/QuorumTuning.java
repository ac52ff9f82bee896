package dev.milena.quorum.ratis;

/**
 * How often a member takes snapshots and how much log it keeps; tests make all of it small.
 *
 * @param snapshotEntries a snapshot after so many entries
 * @param snapshotEveryMs and one so often, in milliseconds, if anything was written
 * @param snapshotsKept the newest so many
 * @param preservedEntries log kept behind the end; twice snapshotEntries, so that the snapshot
 *     before the newest still finds the log that goes on after it
 * @param segmentBytes a file of the log
 * @param journalRetentionBytes metadata.journal.retention.bytes
 */
public record QuorumTuning(
    long snapshotEntries,
    long snapshotEveryMs,
    int snapshotsKept,
    long preservedEntries,
    int segmentBytes,
    long journalRetentionBytes) {
  /** What a node uses. */
  public static final QuorumTuning DEFAULT =
      new QuorumTuning(20_000, 15 * 60_000, 2, 40_000, 16 << 20, 1L << 30);
}
