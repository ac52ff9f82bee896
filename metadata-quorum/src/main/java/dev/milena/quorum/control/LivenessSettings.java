package dev.milena.quorum.control;

/**
 * How long the leader of the quorum waits for a broker.
 *
 * @param sessionMs without a beat for so long a broker is fenced (broker.session.timeout.ms)
 * @param graceMs between two dials of a broker that answers but does not come back
 * @param stopMs how long a controlled shutdown may take before the broker is fenced all the same
 * @param stallMs how long a disk may be silent, and a loop in one step (disk.stall.ms)
 */
public record LivenessSettings(long sessionMs, long graceMs, long stopMs, long stallMs) {
  /** What a cluster uses unless told otherwise. */
  public static final LivenessSettings DEFAULT = new LivenessSettings(6_000, 500, 10_000, 5_000);
}
