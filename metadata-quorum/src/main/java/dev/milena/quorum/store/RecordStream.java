package dev.milena.quorum.store;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.JournalStep;
import java.util.List;

/**
 * The committed records from any index on, for followers that pull: a page at a time, at their own
 * pace, from the journal; where the journal begins too late, the whole image.
 *
 * <p>Only what is committed and applied here is ever given. Steps come in order, each once and
 * whole, and each names the one before it, so that a follower sees a gap. Any thread may read.
 */
public interface RecordStream {
  /** What a follower gets for the index it asked from. */
  sealed interface Page {
    /**
     * Steps, in order.
     *
     * @param steps those at or after the wanted index, as many as asked for; empty when there are
     *     none yet
     * @param appliedIndex everything up to here is applied at the giver; a follower that has all
     *     steps up to here is as far
     */
    record Steps(List<JournalStep> steps, long appliedIndex) implements Page {
      public Steps {
        steps = List.copyOf(steps);
      }
    }

    /**
     * The steps from the wanted index on were purged; begin with this image instead.
     *
     * @param index all up to here is in the image; ask on from the next
     * @param rollingHash of the last step in it, for checking the next
     */
    record Whole(long index, long lastStep, long rollingHash, ClusterImage image) implements Page {}
  }

  /**
   * Gives the next page.
   *
   * @param from the first wanted index; 0 for all there ever was
   * @param maxBytes soft limit on the steps; one step is given even if larger
   * @throws StoreFailure when the journal cannot be read, or the member is closed
   */
  Page read(long from, int maxBytes) throws StoreFailure;

  /**
   * Gives the whole image as it is now, for a follower whose place is not in this journal.
   *
   * @throws StoreFailure when the member has not opened its store yet
   */
  Page.Whole whole() throws StoreFailure;

  /**
   * Index of the last step that is in the journal no more; {@code NO_INDEX} while it is whole.
   *
   * @throws StoreFailure when the member has not opened its store yet
   */
  long forgottenThrough() throws StoreFailure;
}
