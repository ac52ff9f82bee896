package dev.milena.quorum.store;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.MetadataState;
import dev.milena.quorum.view.Moment;
import java.util.Optional;

/**
 * What a member has applied, at one moment: all parts fit together.
 *
 * @param store empty until one is open; replaced when a snapshot is installed
 * @param term of the last applied entry
 * @param index of the last applied entry, with or without a command; -1 before the first
 */
record Applied(Optional<MetadataStore> store, StoredState stored, long term, long index)
    implements Moment {
  static final Applied NOTHING =
      new Applied(
          Optional.empty(),
          new StoredState(MetadataState.EMPTY, JournalPlace.NO_INDEX, 0, 0, JournalPlace.NO_INDEX),
          0,
          JournalPlace.NO_INDEX);

  @Override
  public ClusterImage image() {
    return stored.state().image();
  }

  /** The same, one entry further that changed nothing. */
  Applied advanced(long laterTerm, long laterIndex) {
    return new Applied(store, stored, laterTerm, laterIndex);
  }
}
