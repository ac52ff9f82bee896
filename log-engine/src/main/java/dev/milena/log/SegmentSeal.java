package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;

/**
 * How the active segment of a log is closed: the order in which its bytes and what vouches for them
 * reach the device.
 *
 * <pre>
 *   roll            epochs, bytes, indexes, next segment   a start reads 64 bytes of the index
 *   roll to forget  epochs, bytes,          next segment   a start, if it comes between, makes one
 *   witness         (bytes,) epochs, indexes               at an orderly stop; the next start scans
 *                                                          nothing
 * </pre>
 *
 * <p>Epochs always come before indexes and before a next segment: recovery learns those of the last
 * segment alone from its batches, and only behind its index.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class SegmentSeal {
  private final Segments segments;
  private final EpochHistory epochs;
  private final EpochFile epochFile;

  SegmentSeal(Segments segments, EpochHistory epochs, EpochFile epochFile) {
    this.segments = segments;
    this.epochs = epochs;
    this.epochFile = epochFile;
  }

  /**
   * Closes the active segment and begins the next.
   *
   * @throws SyncFailed finally
   * @throws dev.milena.log.disk.NoSpaceException with everything as it was, but for an older index
   */
  void roll() throws IOException {
    epochFile.write(epochs);
    segments.roll();
  }

  /**
   * Closes a segment that is about to be forgotten, on a full device in the room of the reserve: at
   * most one each time that it is whole, so that the checkpoint finds room as well.
   *
   * @throws SyncFailed finally
   * @throws dev.milena.log.disk.NoSpaceException with everything as it was
   */
  void rollToForget() throws IOException {
    Reserve reserve = segments.files().reserve();
    reserve.requireWhole();
    reserve.spend(() -> epochFile.write(epochs));
    segments.rollToForget();
  }

  /**
   * Has epochs and index vouch for an active segment that was just synced, unless they do. A full
   * device only takes the index, and the next start scans what the checkpoint leaves: the records
   * are safe without. A truncation that it has no room for stays owed, too: the next start finds a
   * longer log.
   *
   * @throws SyncFailed finally
   */
  void leaveWitness() throws IOException {
    try {
      segments.makeOwedCut();
      segments.active().requireCut();
      epochFile.write(epochs);
      if (segments.active().wantsIndexes()) {
        segments.active().writeIndexes(segments.files());
      }
    } catch (NoSpaceException full) {
      segments.files().giveBackIndexes(segments.active().baseOffset(), full);
    }
  }
}
