package dev.milena.quorum.ratis;

import java.util.Optional;

/**
 * How far a log of the quorum was at a look. Pure.
 *
 * @param owner whose log it is. A member that is removed, and taken in anew, has another one; of
 *     the one before nothing is synced any more, which is no silence of the disk
 * @param last index in it
 * @param flushed the last that is on the disk
 */
record FolderReach(Object owner, long last, long flushed) {
  /** Of nobody's. */
  static final FolderReach NONE = new FolderReach(new Object(), -1, -1);

  /** What its disk has not answered; nothing when it is not the log of the owner of now. */
  Optional<FolderStall.Out> unsynced(Object ownerNow) {
    return owner.equals(ownerNow) && last > flushed
        ? Optional.of(new FolderStall.Out("a sync of the quorum's log", flushed))
        : Optional.empty();
  }
}
