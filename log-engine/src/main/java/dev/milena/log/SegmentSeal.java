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
 *   roll            beside, bytes, indexes, next segment   a start reads 64 bytes of the index
 *   roll to forget  beside, bytes,          next segment   a start, if it comes between, makes one
 *   witness         (bytes,) beside, indexes               at an orderly stop; the next start scans
 *                                                          nothing
 * </pre>
 *
 * <p>Beside lie epochs and producers. They always come before indexes and before a next segment:
 * recovery learns those of the last segment alone from its batches, and only behind its index.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class SegmentSeal {
  private final Segments segments;
  private final EpochHistory epochs;
  private final EpochFile epochFile;
  private final ProducerTable producers;
  private final ProducerFile producerFile;

  SegmentSeal(LogRecovery.Recovered recovered) {
    this.segments = recovered.segments();
    this.epochs = recovered.epochs();
    this.epochFile = recovered.epochFile();
    this.producers = recovered.producers();
    this.producerFile = recovered.producerFile();
  }

  /** What has to be there before an index vouches for the active segment, or the next begins. */
  private void writeBeside() throws IOException {
    epochFile.write(epochs);
    producerFile.write(producers, segments.active().endOffset());
  }

  /** The log was cut: what lies beside it ends with it, in memory. */
  void cutBeside() {
    epochs.truncateEnd(segments.active().endOffset());
    producers.truncateEnd(segments.active().endOffset());
  }

  /** The producers that it writes beside the log. */
  KnownProducers producersOf(PartitionLog log) {
    return new KnownProducers(log, producers, producerFile);
  }

  /** Forgets producers that were silent for long; none when nobody knows what time it is. */
  void expireProducers(LogSettings settings, long nowMs) {
    if (nowMs != LogSettings.NO_TIME) {
      producers.expire(nowMs - settings.kept().producersMs());
    }
  }

  /**
   * Has the device follow a truncation, if one is owed.
   *
   * @throws dev.milena.log.disk.NoSpaceException when it has no room for that: it stays owed
   * @throws IOException for everything else, finally
   */
  void makeOwedCut() throws IOException {
    segments.makeOwedCut(() -> producerFile.cutTo(producers, segments.active().endOffset()));
  }

  /**
   * Closes the active segment and begins the next.
   *
   * @throws SyncFailed finally
   * @throws dev.milena.log.disk.NoSpaceException with everything as it was, but for an older index
   */
  void roll() throws IOException {
    writeBeside();
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
    reserve.spend(this::writeBeside);
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
      makeOwedCut();
      segments.active().requireCut();
      writeBeside();
      if (segments.active().wantsIndexes()) {
        segments.active().writeIndexes(segments.files());
      }
    } catch (NoSpaceException full) {
      segments.files().giveBackIndexes(segments.active().baseOffset(), full);
    }
  }
}
