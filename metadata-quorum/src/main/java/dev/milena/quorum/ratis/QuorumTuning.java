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
 * @param electionMs a leader that is silent for so long, up to twice as long, is replaced
 */
public record QuorumTuning(
    long snapshotEntries,
    long snapshotEveryMs,
    int snapshotsKept,
    long preservedEntries,
    int segmentBytes,
    long journalRetentionBytes,
    int electionMs) {
  private static final int ELECTION_MS = 600;

  /** What a node uses. */
  public static final QuorumTuning DEFAULT =
      new QuorumTuning(20_000, 15 * 60_000, 2, 40_000, 16 << 20, 1L << 30);

  /** With the time-out of elections that a node uses. */
  public QuorumTuning(
      long snapshotEntries,
      long snapshotEveryMs,
      int snapshotsKept,
      long preservedEntries,
      int segmentBytes,
      long journalRetentionBytes) {
    this(
        snapshotEntries,
        snapshotEveryMs,
        snapshotsKept,
        preservedEntries,
        segmentBytes,
        journalRetentionBytes,
        ELECTION_MS);
  }

  /** With another time-out of elections, in milliseconds. */
  QuorumTuning withElectionMs(int ms) {
    return new QuorumTuning(
        snapshotEntries,
        snapshotEveryMs,
        snapshotsKept,
        preservedEntries,
        segmentBytes,
        journalRetentionBytes,
        ms);
  }
}
