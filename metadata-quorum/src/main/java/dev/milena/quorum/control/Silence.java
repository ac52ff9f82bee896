package dev.milena.quorum.control;

/**
 * For how long what is under way in a broker has been so, as the broker measures it.
 *
 * @param callMs the oldest call that a disk has not answered, of those disks that are not given up
 * @param stepMs the oldest step of a partition loop that is in one
 */
public record Silence(long callMs, long stepMs) {
  /** Of a broker in which nothing is under way, or which does not say. */
  public static final Silence NONE = new Silence(0, 0);
}
