package dev.milena.broker.core.hosting;

/**
 * The bounds of what waits on a loop, or for it. Whoever comes when one is reached is refused with
 * {@code OVERLOADED}.
 *
 * @param mailbox client requests that wait for a loop's turn
 * @param produces acknowledgements that wait in one partition
 * @param fetches fetches that wait in one partition
 * @param opening requests that wait for one partition to be opened
 * @param reads disk reads of all loops that wait for a reader thread
 * @param unflushed what waits to be on the disk
 * @param retentionCheckMs how often each partition looks for segments to let go
 */
public record HostingLimits(
    int mailbox,
    int produces,
    int fetches,
    int opening,
    int reads,
    Unflushed unflushed,
    long retentionCheckMs) {
  /**
   * When a log is flushed that nobody waits for, as with {@code flush.policy=replicated}. It is no
   * bound in the strict sense: what is appended while a round runs comes on top.
   *
   * @param bytes so many at most. A roll waits on the loop for what is unflushed, up to the whole
   *     segment of 1 GiB otherwise: a disk that takes 500 MB/s needs 0.13 s for 64 MiB. One sync
   *     for so many bytes costs nothing that shows in their throughput
   * @param ms so long at most. What is not flushed is scanned after a crash, and gone after a power
   *     cut where there is no other replica. Linux begins to write pages after 5 s of its own
   *     accord, so this costs a sync for each log that is written to, not more bytes; at 1 s a
   *     thousand busy partitions would ask a disk for a thousand syncs a second
   */
  public record Unflushed(int bytes, long ms) {
    /** See the fields. */
    public static final Unflushed DEFAULTS = new Unflushed(64 << 20, 5_000);
  }

  /** The same, with another {@link #retentionCheckMs}. */
  public HostingLimits checkingEvery(long newRetentionCheckMs) {
    return new HostingLimits(
        mailbox, produces, fetches, opening, reads, unflushed, newRetentionCheckMs);
  }

  /** For a broker of ordinary size. */
  public static final HostingLimits DEFAULTS =
      new HostingLimits(16_384, 10_000, 10_000, 1_000, 1_024, Unflushed.DEFAULTS, 60_000);
}
