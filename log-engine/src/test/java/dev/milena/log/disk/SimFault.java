package dev.milena.log.disk;

/** What a {@link SimDisk} does to one call. */
public enum SimFault {
  /** The call happens in the page cache, then the machine stops: this call and all later throw. */
  POWER_CUT,
  /** The device is full: nothing is written. A sync fails, which is final for its caller. */
  NO_SPACE,
  /** A write takes half of its bytes; the write after it finds the device full. */
  SHORT_WRITE,
  /** EIO. A write may have taken some bytes; a sync has lost some of what it should have kept. */
  IO_ERROR
}
