package dev.milena.broker.core.hosting;

/** Hears of bytes that a disk has changed. Called on any thread; does not wait. */
@FunctionalInterface
interface DamageEar {
  /**
   * Some were read.
   *
   * @param offset at or in front of them
   * @return whether another replica is asked for them, so that it is worth to read them again
   */
  boolean found(long offset);
}
