package dev.milena.simulation;

/** Mistakes that can be switched on, to see that the simulation finds them. */
public enum Bug {
  /** None: the code as it is. */
  NONE,
  /** The high watermark follows the log end instead of the flushed end. */
  ACKNOWLEDGE_BEFORE_FSYNC,
  /** The fsync of a partition's files reports success and does nothing. */
  FORGOTTEN_FSYNC,
  /** The fsync of a folder reports success and does nothing. */
  FORGOTTEN_FOLDER_FSYNC,
  /** A reader is now and then answered as it would have been a while ago. */
  STALE_READ,
  /** A read returns bytes of another place in the file: a buffer reused while in flight. */
  REUSED_BUFFER,
  /** Retention takes records a third of the way to their time. */
  FORGETTING_TOO_EARLY
}
