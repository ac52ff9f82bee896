package dev.milena.quorum.view;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.JournalPlace;

/**
 * How far a follower of the journal is: what it needs to go on at any member.
 *
 * @param index everything up to here is in the image
 * @param lastStep the last step in it, {@link JournalPlace#NO_INDEX} when there is none
 * @param rollingHash of that step, 0 when there is none
 */
public record FollowedPlace(long index, long lastStep, long rollingHash, ClusterImage image)
    implements Moment {
  /** Before the first entry. */
  public static final FollowedPlace NOTHING =
      new FollowedPlace(JournalPlace.NO_INDEX, JournalPlace.NO_INDEX, 0, ClusterImage.EMPTY);

  /** The same, as far as a later index with no step up to it. */
  public FollowedPlace through(long laterIndex) {
    return new FollowedPlace(laterIndex, lastStep, rollingHash, image);
  }
}
