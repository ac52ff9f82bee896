package dev.milena.broker.core.hosting;

/**
 * Hears of bytes that a disk has changed, or does not give. Called on any thread; does not wait.
 */
interface DamageEar {
  /**
   * Some were read.
   *
   * @param place where
   * @return whether the log is looked over for what another replica could give back, so that it is
   *     worth to read them again
   */
  boolean found(Place place);

  /** Whether it was not written into the log of events already, by who read the same just now. */
  boolean isNews(long offset);

  /**
   * Where they are.
   *
   * @param offset the first of the batch that is damaged, or at or in front of it
   * @param exact whether it is the batch's first
   */
  record Place(long offset, boolean exact) {}
}
