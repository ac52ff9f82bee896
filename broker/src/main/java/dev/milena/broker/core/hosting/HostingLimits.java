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
 * @param retentionCheckMs how often each partition looks for segments to let go
 */
public record HostingLimits(
    int mailbox, int produces, int fetches, int opening, int reads, long retentionCheckMs) {
  /** For a broker of ordinary size. */
  public static final HostingLimits DEFAULTS =
      new HostingLimits(16_384, 10_000, 10_000, 1_000, 1_024, 60_000);
}
