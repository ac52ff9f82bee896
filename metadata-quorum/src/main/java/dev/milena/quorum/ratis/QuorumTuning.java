package dev.milena.quorum.ratis;

/**
 * How often a member takes snapshots and how much log it keeps; tests make all of it small.
 *
 * @param snapshots when they are taken, and how many are kept
 * @param preservedEntries log kept behind the end; twice the entries between snapshots, so that the
 *     snapshot before the newest still finds the log that goes on after it
 * @param segmentBytes a file of the log
 * @param journalRetentionBytes metadata.journal.retention.bytes
 * @param electionMs a leader that is silent for so long, up to twice as long, is replaced
 * @param stallMs disk.stall.ms: a folder whose disk is silent for so long ends the process
 */
public record QuorumTuning(
    Snapshots snapshots,
    long preservedEntries,
    int segmentBytes,
    long journalRetentionBytes,
    int electionMs,
    long stallMs) {
  private static final long USUAL_STALL_MS = 5_000;

  /** With the usual patience for disks. */
  public QuorumTuning(
      Snapshots snapshots,
      long preservedEntries,
      int segmentBytes,
      long journalRetentionBytes,
      int electionMs) {
    this(
        snapshots,
        preservedEntries,
        segmentBytes,
        journalRetentionBytes,
        electionMs,
        USUAL_STALL_MS);
  }

  /**
   * When snapshots are taken: whichever of these is first.
   *
   * @param entries of the log since the last, applied by Ratis' own count
   * @param rows that were changed since the last, see {@link SnapshotPace}
   * @param apartMs but not sooner than so long after the last, in milliseconds
   * @param everyMs since the last, in milliseconds, if anything was written
   * @param kept the newest so many
   */
  public record Snapshots(long entries, long rows, long apartMs, long everyMs, int kept) {}

  /** What a node uses. */
  public static final QuorumTuning DEFAULT =
      new QuorumTuning(
          new Snapshots(20_000, 20_000, 30_000, 15 * 60_000, 2), 40_000, 16 << 20, 1L << 30, 600);

  /** With another bound of the journal, in bytes. */
  public QuorumTuning withJournalRetentionBytes(long bytes) {
    return new QuorumTuning(snapshots, preservedEntries, segmentBytes, bytes, electionMs, stallMs);
  }

  /** With another patience for disks, in milliseconds. */
  public QuorumTuning withStallMs(long ms) {
    return new QuorumTuning(
        snapshots, preservedEntries, segmentBytes, journalRetentionBytes, electionMs, ms);
  }

  /** With another time-out of elections, in milliseconds. */
  QuorumTuning withElectionMs(int ms) {
    return new QuorumTuning(
        snapshots, preservedEntries, segmentBytes, journalRetentionBytes, ms, stallMs);
  }
}
