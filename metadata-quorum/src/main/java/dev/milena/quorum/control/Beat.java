package dev.milena.quorum.control;

/**
 * What a broker says of itself on its standing stream.
 *
 * @param acknowledgedIndex everything up to here is in its image and told to its loops
 * @param ready its logs are open: it can lead
 * @param leaving it is stopping and has given away what it could
 * @param silence of its disks and loops
 */
public record Beat(long acknowledgedIndex, boolean ready, boolean leaving, Silence silence) {
  /** Of a broker whose disks and loops answer. */
  public Beat(long acknowledgedIndex, boolean ready, boolean leaving) {
    this(acknowledgedIndex, ready, leaving, Silence.NONE);
  }

  /** The same, with what was measured now. */
  public Beat with(Silence measured) {
    return new Beat(acknowledgedIndex, ready, leaving, measured);
  }
}
